/// The kind of an event on the wire: an explicit, stable text such as `digest.created`, never derived from a Swift name.
public struct EventType: LedgerName {
    public static let noun = "event type"
    public let rawValue: String
    public init(_ rawValue: String) { self.rawValue = rawValue }
}

/// The name of a stream, the events of one thing, such as `user-42`.
public struct StreamName: LedgerName {
    public static let noun = "stream name"
    public let rawValue: String
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// The part before the first `-`; the whole name where there is none.
    public var category: StreamCategory {
        StreamCategory(String(decoding: rawValue.utf8.prefix { $0 != UInt8(ascii: "-") }, as: UTF8.self))
    }
}

/// What the streams of one kind of thing have in common: the part of their names before the first `-`.
public struct StreamCategory: LedgerName {
    public static let noun = "stream category"
    public let rawValue: String
    public init(_ rawValue: String) { self.rawValue = rawValue }

    public func validate() throws {
        // The stream `-1` has the empty category, which is a name like any other here.
        if !rawValue.isEmpty { try StreamName(rawValue).validate() }
    }
}

/// A mark on an event by which it is found across streams, such as `user:ada` or `run:42`.
public struct EventTag: LedgerName {
    public static let noun = "tag"
    public let rawValue: String
    public init(_ rawValue: String) { self.rawValue = rawValue }
}

/// Whose data an event holds: the name under which a key is kept, and forgotten. Let it be a pseudonym such as
/// `user-42`, because it stays readable.
public struct SubjectName: LedgerName {
    public static let noun = "subject name"
    public let rawValue: String
    public init(_ rawValue: String) { self.rawValue = rawValue }
}
