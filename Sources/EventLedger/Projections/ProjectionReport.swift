/// What a projector did.
public struct ProjectionReport: Hashable, Sendable {
    /// The projection.
    public let projection: ProjectionName
    /// Its version.
    public let version: Int
    /// The build: name and version, with `.r1` and so on where the version was built anew.
    public let build: String
    /// Whether readers see it.
    public let isLive: Bool
    /// Where it stands now.
    public let checkpoint: Checkpoint
    /// How many events were applied this time.
    public let eventsApplied: Int
    /// How many events became dead letters this time and were left out or parked.
    public let eventsFailed: Int
    /// How many writes and deletions of documents were made this time; several events may share one.
    public let documentsWritten: Int
    /// How many streams wait behind an event that failed.
    public let parkedStreams: Int
}
