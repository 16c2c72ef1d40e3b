public import EventLedger

/// Tests a projection as given/then: what has happened, and which documents there are then.
///
/// ```swift
/// @Test func aDigestCountsItsPapers() throws {
///     try ProjectionSpecification(Digests())
///         .given(DigestCreated(user: "ada", papers: 20))
///         .then(Digest(id: "ada", papers: 20))
/// }
/// ```
///
/// Every event is applied twice, with its writes undone in between, as a projector may do it: a projection that keeps a
/// state of its own, or reads a clock, is found out. Events that the projection does not ask for are left out.
public struct ProjectionSpecification<Subject: Projection> {
    private let projection: Subject
    private let events: [RecordedEvent]
    private let stream: StreamName

    /// Makes a specification of a projection, with nothing given.
    ///
    /// - Parameters:
    ///   - projection: What is tested.
    ///   - stream: The stream of events that are given as Swift types.
    public init(_ projection: Subject, stream: StreamName = "sample-1") {
        self.init(projection, events: [], stream: stream)
    }

    private init(_ projection: Subject, events: [RecordedEvent], stream: StreamName) {
        self.projection = projection
        self.events = events
        self.stream = stream
    }

    /// Gives events of Swift types, which are recorded one second after the other.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/encodingFailed``.
    public func given(_ events: any Event...) throws -> ProjectionSpecification {
        var recorded = self.events
        for event in events {
            let position = Position(Int64(recorded.count) + 1)
            let own = recorded.filter { $0.stream == stream }
            recorded.append(
                .sample(
                    try NewEvent(event), position: position, stream: stream, revision: Revision(Int64(own.count) + 1),
                    recordedAt: TestClock.start + .seconds(position.rawValue), previous: own.last?.hash ?? .zero
                )
            )
        }
        return ProjectionSpecification(projection, events: recorded, stream: stream)
    }

    /// Gives recorded events; see ``RecordedEvent/sample(_:position:stream:revision:recordedAt:previous:)``.
    public func given(recorded events: RecordedEvent...) -> ProjectionSpecification {
        ProjectionSpecification(projection, events: self.events + events, stream: stream)
    }

    /// Expects these documents and no others.
    ///
    /// - Throws: ``SpecificationFailure`` outside of a test; in a test an issue is recorded.
    public func then(
        _ expected: any DocumentModel..., fileID: String = #fileID, filePath: String = #filePath, line: Int = #line,
        column: Int = #column
    ) throws {
        var documents: [DocumentKey: JSONObject] = [:]
        for model in expected {
            let write = try DocumentWrite.put(model)
            if case .put(let fields) = write.change { documents[write.key] = fields }
        }
        try SpecificationFailure.report(
            difference(from: documents),
            at: SpecificationPlace(fileID: fileID, filePath: filePath, line: line, column: column)
        )
    }

    /// Expects that the projection throws at the last event given, and not before.
    ///
    /// - Throws: ``SpecificationFailure`` outside of a test; in a test an issue is recorded.
    public func thenThrows<Failure: Error>(
        _ type: Failure.Type = Failure.self, fileID: String = #fileID, filePath: String = #filePath, line: Int = #line,
        column: Int = #column
    ) throws {
        let difference: String?
        do {
            _ = try documents()
            difference = "An error of type \(type) was expected, but nothing was thrown."
        } catch let failure as ApplyFailure {
            let isLast = failure.position == events.last?.position
            difference =
                failure.reason is Failure && isLast
                ? nil : "An error of type \(type) was expected at the last event, but \(failure) was thrown."
        } catch {
            difference = "An error of type \(type) was expected, but: \(error)"
        }
        try SpecificationFailure.report(
            difference, at: SpecificationPlace(fileID: fileID, filePath: filePath, line: line, column: column)
        )
    }

    /// What differs from the documents that are expected; `nil` where nothing does.
    public func difference(from expected: [DocumentKey: JSONObject]) -> String? {
        let found: [DocumentKey: JSONObject]
        do {
            found = try documents()
        } catch {
            return "\(error)"
        }
        let lines = Set(expected.keys).union(found.keys).sorted().compactMap { key -> String? in
            let (wanted, present) = (expected[key], found[key])
            guard wanted != present else { return nil }
            return "\n  \(key): \(wanted?.description ?? "no document") was expected, but there is "
                + (present?.description ?? "none")
        }
        return lines.isEmpty ? nil : "The documents differ:" + lines.joined()
    }

    /// The documents that the events make.
    ///
    /// - Throws: What the projection throws, with the event it throws at, or ``SpecificationFailure`` where applying an event
    ///   a second time makes other documents.
    public func documents() throws -> [DocumentKey: JSONObject] {
        var view = DocumentView(collections: projection.collections, isComplete: true)
        for event in events where projection.query.matches(event) {
            let first = try apply(event, to: &view)
            view.undoEvent()
            let second = try apply(event, to: &view)
            guard first == second else {
                throw SpecificationFailure(
                    "Applied again after its writes were undone, the event at position \(event.position) makes other "
                        + "documents. Keep no state in the projection, and use no clock and no randomness."
                )
            }
        }
        return view.contents
    }

    private func apply(_ event: RecordedEvent, to view: inout DocumentView) throws -> [DocumentKey: JSONObject] {
        view.beginEvent()
        do {
            try projection.apply(event, to: &view)
        } catch {
            throw ApplyFailure(position: event.position, type: event.type, reason: error)
        }
        return view.contents
    }
}

/// What a projection threw, and at which event.
private struct ApplyFailure: Error, CustomStringConvertible {
    let position: Position
    let type: EventType
    let reason: any Error

    var description: String { "The projection threw at position \(position), an event of type '\(type)': \(reason)" }
}
