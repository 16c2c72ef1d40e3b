/// Decodes events of many types, and of types that were renamed.
///
/// Decoding one known type needs no catalog: `recorded.decode(DigestCreated.self)`.
public struct EventCatalog: Sendable {
    private var kinds: [EventType: any Event.Type]

    /// Makes a catalog of types.
    ///
    /// - Parameters:
    ///   - types: The Swift types.
    ///   - superseded: Older names on the wire and the type that reads them now.
    public init(_ types: any Event.Type..., superseded: [EventType: any Event.Type] = [:]) {
        kinds = superseded
        for type in types { kinds[type.eventType] = type }
    }

    /// Decodes an event into the Swift type that is registered for it.
    ///
    /// - Returns: `nil` where the type is unknown: that is data, not an error. And `nil` where the data were erased.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/decodingFailed``.
    public func decode(_ event: RecordedEvent) throws -> (any Event)? {
        guard let kind = kinds[event.type], !event.isErased else { return nil }
        return try event.decodeData(as: kind)
    }

    /// The types on the wire that the catalog knows.
    public var types: Set<EventType> { Set(kinds.keys) }
}
