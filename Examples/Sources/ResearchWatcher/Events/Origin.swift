public import EventLedger

/// Where events come from: what all of them carry beside their data.
public struct Origin: Sendable, Hashable {
    /// The id of the run of the program that records them; it correlates them, and tags them `run:<id>`.
    public let run: String
    /// Who records them.
    public let actor: String
    /// What they rest on, as flags such as `corpus:sample`.
    public let provenance: [String]

    /// Makes an origin.
    ///
    /// - Parameters:
    ///   - run: the id of the run of the program.
    ///   - actor: who records.
    ///   - provenance: what the events rest on.
    public init(run: String, actor: String, provenance: [String]) {
        self.run = run
        self.actor = actor
        self.provenance = provenance
    }

    /// The metadata of all events of this origin.
    public var metadata: Metadata { Metadata(correlationID: run, actor: actor, provenance: provenance) }

    /// Makes an event of this origin.
    ///
    /// - Parameters:
    ///   - event: what happened.
    ///   - id: its identity; derived from what it tells wherever it may be told again.
    /// - Throws: `LedgerError` with `encodingFailed`.
    public func event(_ event: some Event, id: EventID = .timeOrdered()) throws -> NewEvent {
        let kind = type(of: event)
        return NewEvent(
            type: kind.eventType, schemaVersion: kind.schemaVersion, data: try JSONText(encoding: event),
            tags: event.tags.union([EventTag("run:\(run)")]), id: id, metadata: metadata)
    }
}
