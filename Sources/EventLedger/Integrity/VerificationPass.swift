/// One reading of a ledger by the verifier: what has to be remembered from event to event.
struct VerificationPass {
    private static let typeLimit = 10_000

    private let reader: any EventReader
    private let options: LedgerVerifier.Options
    private var findings: FindingLog
    private var heads: StreamHeads
    private var ids: SeenIDs
    private var runs: OpenRuns
    private var seals: SealChecks
    private var hasher = EventHasher()
    private var types: [EventType: Int] = [:]
    private var days: [Int64: Int] = [:]
    private var first: Position?
    private var recordedAt = Timestamp.distantPast
    private var uncountedTypes = 0

    /// How many events were read.
    private(set) var events = 0
    /// The last position that was read.
    private(set) var position = Position.start

    init(reader: any EventReader, options: LedgerVerifier.Options, files: IDSpill) {
        self.reader = reader
        self.options = options
        findings = FindingLog(limit: options.findingsPerKind)
        heads = StreamHeads(limit: options.streamsInMemory)
        ids = SeenIDs(limit: options.idsInMemory, files: files)
        runs = OpenRuns(rules: options.runs, limit: options.openRuns)
        seals = SealChecks(options.seals)
    }

    mutating func take(_ page: [RecordedEvent]) async throws {
        for event in page {
            checkPlace(of: event)
            let hash = try await checkChain(of: event)
            seals.take(hash, at: event.position)
            checkContent(of: event)
            count(event)
        }
        try await ids.spillIfFull()
    }

    mutating func finish(last: Position?) async throws -> VerificationReport {
        if let last, position < last {
            findings.add(.positionGap, at: last, "The positions from \(position.rawValue &+ 1) to \(last) are missing.")
        }
        for partition in try await ids.finish() {
            for duplicate in try await ids.duplicates(in: partition) {
                reportDuplicate(duplicate.again, duplicate.first)
            }
        }
        for (position, run, rule) in runs.unfinished {
            findings.add(.runWithoutEnd, at: position, "The run '\(run)' began and no '\(rule.end)' ended it.")
        }
        if runs.ignoredCount > 0 {
            findings.add(
                .notChecked,
                "\(runs.ignoredCount) runs were not followed, because \(options.openRuns) were open. Allow more open runs."
            )
        }
        if uncountedTypes > 0 {
            findings.add(.notChecked, "\(uncountedTypes) events are of further types, which were not counted by type.")
        }
        reportSeals()
        return VerificationReport(
            events: events, first: first, last: events > 0 ? position : nil, findings: findings.sorted,
            counts: findings.counts,
            types: types.sorted { $0.key < $1.key }.map { VerificationReport.TypeCount(type: $0.key, count: $0.value) },
            days: days.sorted { $0.key < $1.key }.map {
                VerificationReport.DayCount(day: Self.text(ofDay: $0.key), count: $0.value)
            },
            seals: seals.results
        )
    }

    private mutating func reportSeals() {
        for check in seals.results {
            let seal = check.seal
            switch check.outcome {
            case .holds: break
            case .truncated:
                findings.add(
                    .truncated, at: Position(seal.size),
                    "The ledger has \(seals.size) events, but \(seal.size) were sealed at \(seal.time)."
                )
            case .rewritten:
                let reason =
                    if let root = check.root {
                        "Their root is \(root); the seal's is \(seal.root)."
                    } else {
                        "They are not in order at position \(seals.brokenAt ?? .start)."
                    }
                findings.add(
                    .rewritten, at: Position(seal.size),
                    "The first \(seal.size) events are not those that were sealed at \(seal.time). \(reason)"
                )
            }
        }
    }

    // MARK: One event

    private mutating func checkPlace(of event: RecordedEvent) {
        let expected = position.rawValue &+ 1
        if event.position.rawValue > expected {
            let end = event.position.rawValue - 1
            let missing =
                end == expected
                ? "The position \(end) is missing." : "The positions from \(expected) to \(end) are missing."
            findings.add(.positionGap, at: event.position, missing)
        } else if event.position.rawValue < expected {
            findings.add(
                .positionGap, at: event.position, "The position \(event.position) comes after position \(position)."
            )
        }
        if event.recordedAt < recordedAt {
            findings.add(
                .timeBackwards, at: event.position, in: event.stream,
                "The event was recorded at \(event.recordedAt), the one in front of it at \(recordedAt)."
            )
        }
        if let before = ids.insert(event.id, at: event.position) { reportDuplicate(event.position, before) }
    }

    private mutating func reportDuplicate(_ position: Position, _ before: Position) {
        findings.add(.duplicateID, at: position, "The event has the same id as the one at position \(before).")
    }

    /// - Returns: The hash that the event ought to have; the stored one where that cannot be told.
    private mutating func checkChain(of event: RecordedEvent) async throws -> EventHash {
        var head = heads[event.stream]
        if head == nil, heads.hasForgotten { head = try await storedHead(before: event) }
        let current = head ?? StreamHeads.Head(revision: 0, hash: .zero)
        guard event.revision.rawValue == current.revision.rawValue &+ 1 else {
            findings.add(
                .revisionGap, at: event.position, in: event.stream,
                current.revision == 0
                    ? "Revision \(event.revision) is the first that was found of its stream."
                    : "Revision \(event.revision) follows revision \(current.revision)."
            )
            // Without the event in front of it the hash cannot be checked; reading goes on from here.
            if event.revision > current.revision {
                heads[event.stream] = StreamHeads.Head(revision: event.revision, hash: event.hash)
            }
            return event.hash
        }
        let hash = hasher.hash(event, previous: current.hash)
        if hash != event.hash {
            findings.add(
                .brokenChain, at: event.position, in: event.stream,
                "The hash of revision \(event.revision) does not fit its content and the event in front of it."
            )
        }
        heads[event.stream] = StreamHeads.Head(revision: event.revision, hash: event.hash)
        return hash
    }

    /// Where a stream stood before an event, looked up again because it was forgotten.
    private func storedHead(before event: RecordedEvent) async throws -> StreamHeads.Head? {
        // A name or a revision that no store would take is reported by the other checks.
        guard (try? event.stream.validate()) != nil, event.revision >= 1 else { return nil }
        let previous = event.revision.rawValue - 1
        let selection = EventSelection.stream(event.stream).afterRevision(Revision(max(previous - 1, 0))).limit(2)
        var head: StreamHeads.Head?
        for try await found in reader.read(selection) where found.position < event.position {
            // Besides the event in front of it, an earlier one of the same revision shows that the revision is repeated.
            if found.revision.rawValue == previous || found.revision == event.revision {
                head = StreamHeads.Head(revision: found.revision, hash: found.hash)
            }
        }
        return head
    }

    private mutating func checkContent(of event: RecordedEvent) {
        if let problem = Self.problem(with: event) {
            findings.add(.undecodable, at: event.position, in: event.stream, problem)
        } else if let catalog = options.catalog, !event.isEncrypted {
            do {
                _ = try catalog.decode(event)
            } catch {
                let reason = (error as? LedgerError)?.message ?? "It cannot be decoded (\(Swift.type(of: error)))."
                findings.add(.undecodable, at: event.position, in: event.stream, reason)
            }
        }
        let metadata = event.metadata
        if options.expectsProvenance, metadata.provenance.isEmpty {
            findings.add(.missingProvenance, at: event.position, in: event.stream, "The event has no provenance.")
        }
        if runs.take(event, metadata: metadata) {
            findings.add(
                .runWithoutEnd, at: event.position, in: event.stream,
                "The event '\(event.type)' begins a run, but neither a tag nor a correlation id names the run."
            )
        }
    }

    private static func problem(with event: RecordedEvent) -> String? {
        do {
            try event.stream.validate()
            try event.id.validate()
            try event.type.validate()
            for tag in event.tags { try tag.validate() }
        } catch {
            return (error as? LedgerError)?.message ?? "A name is not valid."
        }
        if (try? JSONText(event.recordedData.bytes)) == nil { return "The data are not valid JSON." }
        if event.isEncrypted, event.subject == nil { return "The data begin as encrypted ones, and are not." }
        guard event.encodedMetadata != .emptyObject else { return nil }
        if case .object? = try? event.encodedMetadata.value() { return nil }
        return "The metadata are not a valid JSON object."
    }

    private mutating func count(_ event: RecordedEvent) {
        events += 1
        first = first ?? event.position
        position = max(position, event.position)
        recordedAt = max(recordedAt, event.recordedAt)
        if types[event.type] != nil || types.count < Self.typeLimit {
            types[event.type, default: 0] += 1
        } else {
            uncountedTypes += 1
        }
        let day = event.recordedAt.microseconds / 86_400_000_000
        days[event.recordedAt.microseconds % 86_400_000_000 < 0 ? day - 1 : day, default: 0] += 1
    }

    private static func text(ofDay day: Int64) -> String {
        String(Timestamp(microseconds: day * 86_400_000_000).description.prefix { $0 != "T" })
    }
}

/// Findings, the first of each kind in full and all of them counted.
struct FindingLog {
    private let limit: Int
    private var findings: [VerificationFinding] = []
    private var countByKind: [VerificationFinding.Kind: Int] = [:]

    init(limit: Int) { self.limit = limit }

    mutating func add(
        _ kind: VerificationFinding.Kind, at position: Position? = nil, in stream: StreamName? = nil, _ message: String
    ) {
        let count = countByKind[kind, default: 0]
        countByKind[kind] = count + 1
        guard count < limit else { return }
        findings.append(VerificationFinding(kind: kind, position: position, stream: stream, message: message))
    }

    /// The findings by position; what concerns no position comes last.
    var sorted: [VerificationFinding] {
        findings.enumerated().sorted { one, other in
            (one.element.position?.rawValue ?? .max, one.offset) < (
                other.element.position?.rawValue ?? .max, other.offset
            )
        }.map(\.element)
    }

    var counts: [VerificationReport.KindCount] {
        VerificationFinding.Kind.allCases.compactMap { kind in
            countByKind[kind].map { VerificationReport.KindCount(kind: kind, count: $0) }
        }
    }
}
