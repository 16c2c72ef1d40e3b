import EventLedger

/// One JSON object on one line, its members in the order in which they are added.
struct JSONLine {
    private var body: [UInt8] = []

    init() {}

    /// Adds a member; none where the value is `nil`.
    mutating func add(_ name: String, _ value: JSONValue?) {
        if let value { add(name, bytes: value.canonicalBytes) }
    }

    /// Adds a member whose bytes are taken as they are.
    mutating func add(_ name: String, verbatim text: JSONText) { add(name, bytes: text.bytes) }

    private mutating func add(_ name: String, bytes: [UInt8]) {
        if !body.isEmpty { body.append(UInt8(ascii: ",")) }
        body += JSONValue.string(name).canonicalBytes
        body.append(UInt8(ascii: ":"))
        body += bytes
    }

    /// The object with the end of the line.
    var bytes: [UInt8] { [UInt8(ascii: "{")] + body + [UInt8(ascii: "}"), UInt8(ascii: "\n")] }
}

extension JSONLine {
    /// A line of the output of a command that writes several kinds of lines.
    init(record: String) {
        self.init()
        add("record", .string(record))
    }
}

extension JSONValue {
    /// The text of a name, a time or an identifier.
    static func text(_ value: some CustomStringConvertible) -> JSONValue { .string(value.description) }
    static func number(_ value: Int) -> JSONValue { .integer(Int64(value)) }
    static func position(_ value: Position) -> JSONValue { .integer(value.rawValue) }
}
