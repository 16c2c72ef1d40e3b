import Crypto

/// Compares two readers of what should be one ledger, window by window, and names the first difference.
///
/// Each window is read once from both and compared by a digest over positions, contents and hashes; only a window that
/// differs is read again, event by event.
///
/// ```swift
/// let report = try await LedgerComparison(ledger, exported).compare()
/// ```
public struct LedgerComparison: Sendable {
    /// What a comparison found.
    public struct Report: Hashable, Sendable, Codable {
        /// How many events were found equal before the first difference.
        public let equalEvents: Int
        /// Up to which position was compared: that of the difference, where there is one.
        public let through: Position
        /// The last position of the first reader.
        public let firstHead: Position
        /// The last position of the second reader.
        public let secondHead: Position
        /// The first difference; `nil` where everything is equal.
        public let difference: Difference?

        /// Whether there is no difference.
        public var isEqual: Bool { difference == nil }
    }

    /// Where two ledgers begin to differ, and in what.
    public struct Difference: Hashable, Sendable, Codable {
        /// One thing in which two events differ.
        public enum Aspect: String, Hashable, Sendable, Codable, CaseIterable {
            /// The first reader has no event there.
            case missingInFirst = "missing-in-first"
            /// The second reader has no event there.
            case missingInSecond = "missing-in-second"
            /// The event ids.
            case id
            /// The streams.
            case stream
            /// The revisions.
            case revision
            /// The types.
            case type
            /// The schema versions.
            case schemaVersion = "schema-version"
            /// The bytes of the data.
            case data
            /// The tags.
            case tags
            /// The times at which they occurred.
            case occurredAt = "occurred-at"
            /// The times at which they were recorded.
            case recordedAt = "recorded-at"
            /// The bytes of the metadata.
            case metadata
            /// The hashes.
            case hash
        }

        /// Where.
        public let position: Position
        /// In what, all of it.
        public let aspects: [Aspect]
    }

    private let first: any EventReader
    private let second: any EventReader
    private let window: Int64

    /// Makes a comparison.
    ///
    /// - Parameters:
    ///   - first: One reader.
    ///   - second: The other.
    ///   - window: How many positions are compared at a time, from 1.
    public init(_ first: any EventReader, _ second: any EventReader, window: Int = 10_000) {
        self.first = first
        self.second = second
        self.window = Int64(max(1, window))
    }

    /// Compares from the beginning to the first difference.
    ///
    /// - Parameters:
    ///   - position: Where to end; by default at the last position that either has, so that an event that only one of them
    ///     has is a difference. Give the head of a copy that is still catching up.
    ///   - onProgress: Is told after every window how far it has come.
    /// - Throws: The readers' errors, `CancellationError`, or ``LedgerError``: `unsupported` for a partitioned reader,
    ///   `corrupt` where a reader answers differently when it is asked again.
    /// - Complexity: O(size of both), in constant memory.
    public func compare(
        through position: Position? = nil, onProgress: @Sendable (VerificationProgress) -> Void = { _ in }
    ) async throws -> Report {
        let firstHead = try await head(of: first), secondHead = try await head(of: second)
        let end = position ?? max(firstHead, secondHead)
        var equal = 0
        var start = Position.start
        var difference: Difference?
        while start < end, difference == nil {
            try Task.checkCancellation()
            let last = Position(min(end.rawValue, start.rawValue + window))
            let selection = EventSelection.all.after(start).through(last)
            let one = try await digest(of: first, selection), other = try await digest(of: second, selection)
            if one == other {
                equal += one.count
            } else {
                let found = try await firstDifference(in: selection)
                equal += found.equal
                difference = found.difference
            }
            start = last
            onProgress(VerificationProgress(events: equal, position: start, last: end))
        }
        return Report(
            equalEvents: equal, through: difference?.position ?? end, firstHead: firstHead, secondHead: secondHead,
            difference: difference
        )
    }

    private func head(of reader: any EventReader) async throws -> Position {
        guard let position = try await reader.head().position else {
            throw LedgerError(.unsupported, "A partitioned ledger has no single order. Compare its partitions.")
        }
        return position
    }

    private struct WindowDigest: Equatable {
        let count: Int
        let digest: [UInt8]
    }

    private func digest(of reader: any EventReader, _ selection: EventSelection) async throws -> WindowDigest {
        var digest = SHA256()
        var hasher = EventHasher()
        var count = 0
        for try await event in reader.read(selection) {
            // The hash that is stored binds content only where it is right, so the content is hashed again.
            let content = hasher.hash(event, previous: event.hash)
            withUnsafeBytes(of: event.position.rawValue.bigEndian) { digest.update(bufferPointer: $0) }
            content.withBytes { digest.update(bufferPointer: $0) }
            count += 1
        }
        return WindowDigest(count: count, digest: Array(digest.finalize()))
    }

    private func firstDifference(in selection: EventSelection) async throws -> (equal: Int, difference: Difference) {
        var ones = first.read(selection).makeAsyncIterator(), others = second.read(selection).makeAsyncIterator()
        var equal = 0
        while true {
            let one = try await ones.next(), other = try await others.next()
            if let difference = Self.difference(one, other) { return (equal, difference) }
            guard one != nil else { break }
            equal += 1
        }
        throw LedgerError(
            .corrupt, "A reader gave other events when the same positions were read again. Verify both ledgers."
        )
    }

    private static func difference(_ one: RecordedEvent?, _ other: RecordedEvent?) -> Difference? {
        switch (one, other) {
        case (nil, nil): return nil
        case (let one?, nil): return Difference(position: one.position, aspects: [.missingInSecond])
        case (nil, let other?): return Difference(position: other.position, aspects: [.missingInFirst])
        case (let one?, let other?):
            if one.position < other.position { return Difference(position: one.position, aspects: [.missingInSecond]) }
            if other.position < one.position { return Difference(position: other.position, aspects: [.missingInFirst]) }
            let aspects = differing(one, other)
            return aspects.isEmpty ? nil : Difference(position: one.position, aspects: aspects)
        }
    }

    private static func differing(_ one: RecordedEvent, _ other: RecordedEvent) -> [Difference.Aspect] {
        let comparisons: [(Difference.Aspect, Bool)] = [
            (.id, one.id == other.id), (.stream, one.stream == other.stream),
            (.revision, one.revision == other.revision),
            (.type, one.type == other.type), (.schemaVersion, one.schemaVersion == other.schemaVersion),
            (.data, one.recordedData == other.recordedData), (.tags, one.tags == other.tags),
            (.occurredAt, one.occurredAt == other.occurredAt), (.recordedAt, one.recordedAt == other.recordedAt),
            (.metadata, one.encodedMetadata == other.encodedMetadata), (.hash, one.hash == other.hash),
        ]
        return comparisons.filter { !$0.1 }.map { $0.0 }
    }
}
