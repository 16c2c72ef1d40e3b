/// The identity of an event, chosen by its author. The same id never names two events of a ledger.
///
/// ``timeOrdered()`` makes ids that arrive in order, which keeps their index small and fast. Callers may bring ids of
/// their own, such as the id of a message that caused the event; random ones cost about three times as much to insert
/// once a ledger is large.
///
/// A UUID in its canonical form, lowercase, is kept as its 16 bytes: it takes no allocation, and less than half the room in a
/// ledger file that any other text of its length takes.
public struct EventID: LedgerName {
    public static let noun = "event id"

    private enum Form: Hashable, Sendable {
        case uuid(UUIDBits)
        /// Never the text of a UUID in its canonical form, so that equal ids have equal forms.
        case text(String)
    }

    private let form: Form

    public init(_ rawValue: String) { form = UUIDBits(rawValue).map { .uuid($0) } ?? .text(rawValue) }

    package init(_ bits: UUIDBits) { form = .uuid(bits) }

    public var rawValue: String {
        switch form {
        case .uuid(let bits): bits.text
        case .text(let text): text
        }
    }

    /// The bits of an id that is a UUID in its canonical form.
    package var uuid: UUIDBits? {
        if case .uuid(let bits) = form { bits } else { nil }
    }

    /// A new UUID of version 7 (RFC 9562): milliseconds since 1970, then a counter and random bits, so that ids made by one
    /// process increase.
    public static func timeOrdered() -> EventID { EventID(TimeOrderedUUID.nextBits()) }

    public static func == (lhs: EventID, rhs: EventID) -> Bool {
        switch (lhs.form, rhs.form) {
        case (.uuid(let left), .uuid(let right)): left == right
        case (.text(let left), .text(let right)): left.isByteEqual(to: right)
        default: false
        }
    }

    public static func < (lhs: EventID, rhs: EventID) -> Bool {
        if let left = lhs.uuid, let right = rhs.uuid { return left < right }
        return lhs.rawValue.isByteLess(than: rhs.rawValue)
    }

    public func hash(into hasher: inout Hasher) {
        switch form {
        case .uuid(let bits): bits.hash(into: &hasher)
        case .text(let text): text.hashBytes(into: &hasher)
        }
    }

    public func validate() throws {
        if case .text(let text) = form { try Self.validate(text) }
    }

    /// Gives the bytes of the text to a closure.
    package func withText<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        switch form {
        case .uuid(let bits): return try bits.withText(body)
        case .text(var text): return try text.withUTF8(body)
        }
    }
}
