/// The limits that every backend keeps. They are checked before any input or output.
///
/// They are the least of what the backends carry, so that code tried on SQLite runs on Google Cloud.
public enum LedgerLimits {
    /// Bytes of UTF-8 in a name: 256.
    public static let nameBytes = 256
    /// Bytes of an event's data: 900 KiB.
    public static let eventDataBytes = 900 * 1024
    /// Tags of one event: 32.
    public static let tagsPerEvent = 32
    /// Bytes of an event's encoded metadata: 16 KiB.
    public static let metadataBytes = 16 * 1024
    /// Events in one commit: 500.
    public static let eventsPerCommit = 500
    /// Documents, tasks and dead letters together in one commit, and documents in one batch: 500.
    public static let writesPerCommit = 500
    /// Encoded bytes of one commit or one batch of documents: 3 MiB.
    public static let commitBytes = 3 * 1024 * 1024
    /// Bytes of a document's canonical fields: 900 KiB.
    public static let documentBytes = 900 * 1024
    /// Levels of nesting in a document, the document itself being level 1: 16.
    public static let documentDepth = 16
    /// Levels of nesting in JSON text: 512, what Foundation's decoder reads.
    public static let jsonDepth = 512
    /// Bytes of a task's payload together with its headers: 90 KiB.
    public static let taskBytes = 90 * 1024

    /// The texts are made where the limit is exceeded, not for every value that is checked.
    package static func check(
        _ what: @autoclosure () -> String, _ value: Int, atMost limit: Int, unit: String, advice: String
    ) throws {
        guard value > limit else { return }
        throw LedgerError(
            .limitExceeded,
            "\(what()) has \(value) \(unit); the limit is \(limit). \(advice)",
            details: ["limit": "\(limit)", "value": "\(value)", "unit": unit]
        )
    }
}
