/// A fact, as one Swift type: what an application appends to the ledger and reads from it.
///
/// ```swift
/// struct DigestCreated: Event {
///     static let eventType: EventType = "digest.created"
///     let user: String, papers: Int
///     var tags: Set<EventTag> { ["user:\(user)"] }
/// }
/// ```
///
/// `tags` is computed, so it is not part of the encoded data.
public protocol Event: Codable, Sendable {
    /// The type's stable name on the wire.
    static var eventType: EventType { get }

    /// The version of the encoded form that this Swift type reads and writes, from 1; 1 unless stated.
    static var schemaVersion: Int { get }

    /// Rewrites the fields of an older version into those of the next one. It is called once per version, until the
    /// fields are of ``schemaVersion``.
    ///
    /// - Parameters:
    ///   - fields: The top level of the event's data, changed in place.
    ///   - version: The version that the fields have now.
    /// - Throws: Any error; decoding then fails with ``LedgerError/Code/decodingFailed``.
    static func upcast(_ fields: inout JSONObject, from version: Int) throws

    /// The marks by which the event is found across streams, at most ``LedgerLimits/tagsPerEvent``; none unless stated.
    var tags: Set<EventTag> { get }
}

extension Event {
    public static var schemaVersion: Int { 1 }
    public static func upcast(_ fields: inout JSONObject, from version: Int) throws {}
    public var tags: Set<EventTag> { [] }
}
