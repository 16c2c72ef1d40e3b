public import EventLedger

/// What a decision came to, to be compared with what was expected.
///
/// Events are the same where their type, schema version, data and tags are; ids, times and metadata do not count.
public struct Decision: Sendable {
    /// The events that it made, or what it threw.
    public let outcome: Result<[NewEvent], any Error>

    init(_ decide: () throws -> [NewEvent]) { outcome = Result(catching: decide) }

    /// Expects these events and no others.
    ///
    /// - Throws: ``SpecificationFailure`` outside of a test; in a test an issue is recorded.
    public func then(
        _ expected: any Event..., fileID: String = #fileID, filePath: String = #filePath, line: Int = #line,
        column: Int = #column
    ) throws {
        try SpecificationFailure.report(
            difference(from: try expected.map { try NewEvent($0) }),
            at: SpecificationPlace(fileID: fileID, filePath: filePath, line: line, column: column)
        )
    }

    /// Expects that nothing happened.
    ///
    /// - Throws: ``SpecificationFailure`` outside of a test; in a test an issue is recorded.
    public func thenNothing(
        fileID: String = #fileID, filePath: String = #filePath, line: Int = #line, column: Int = #column
    ) throws {
        try SpecificationFailure.report(
            difference(from: []),
            at: SpecificationPlace(fileID: fileID, filePath: filePath, line: line, column: column)
        )
    }

    /// Expects an error.
    ///
    /// - Throws: ``SpecificationFailure`` outside of a test; in a test an issue is recorded.
    public func thenThrows<Failure: Error & Equatable>(
        _ expected: Failure, fileID: String = #fileID, filePath: String = #filePath, line: Int = #line,
        column: Int = #column
    ) throws {
        try report("the error \(expected)", fileID, filePath, line, column) { ($0 as? Failure) == expected }
    }

    /// Expects a ``LedgerError`` of a code.
    ///
    /// - Throws: ``SpecificationFailure`` outside of a test; in a test an issue is recorded.
    public func thenThrows(
        _ code: LedgerError.Code, fileID: String = #fileID, filePath: String = #filePath, line: Int = #line,
        column: Int = #column
    ) throws {
        try report("an error with the code '\(code)'", fileID, filePath, line, column) {
            ($0 as? LedgerError)?.code == code
        }
    }

    private func report(
        _ expected: String, _ fileID: String, _ filePath: String, _ line: Int, _ column: Int,
        matches: (any Error) -> Bool
    ) throws {
        let difference: String?
        switch outcome {
        case .failure(let error) where matches(error): difference = nil
        case .failure(let error): difference = "\(expected) was expected, but \(error) was thrown."
        case .success(let events):
            difference =
                "\(expected) was expected, but nothing was thrown; it made \(Self.list(events.map(Self.describe)))."
        }
        try SpecificationFailure.report(
            difference, at: SpecificationPlace(fileID: fileID, filePath: filePath, line: line, column: column)
        )
    }

    /// What differs from the events that are expected; `nil` where nothing does.
    public func difference(from expected: [NewEvent]) -> String? {
        let wanted = expected.map(Self.describe)
        switch outcome {
        case .failure(let error): return "\(Self.list(wanted)) was expected, but \(error) was thrown."
        case .success(let events):
            let found = events.map(Self.describe)
            guard !found.elementsEqual(wanted, by: { $0.utf8.elementsEqual($1.utf8) }) else { return nil }
            return "\(Self.list(wanted)) was expected, but it made \(Self.list(found))."
        }
    }

    /// What counts of an event.
    private static func describe(_ event: NewEvent) -> String {
        let version = event.schemaVersion == 1 ? "" : " v\(event.schemaVersion)"
        let tags = event.tags.isEmpty ? "" : " [" + event.tags.map(\.rawValue).joined(separator: ", ") + "]"
        return "\(event.type)\(version) \(event.data)\(tags)"
    }

    private static func list(_ lines: [String]) -> String {
        lines.isEmpty ? "nothing" : lines.map { "\n  \($0)" }.joined() + "\n"
    }
}
