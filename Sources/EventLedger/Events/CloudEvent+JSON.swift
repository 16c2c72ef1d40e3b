extension CloudEvent {
    /// The event in CloudEvents' structured JSON mode, on one line, without a line feed at its end.
    ///
    /// The text is put together around the data, so that their bytes are never encoded again.
    ///
    /// - Complexity: O(size).
    public var json: [UInt8] {
        var bytes: [UInt8] = [UInt8(ascii: "{")]
        bytes.reserveCapacity(640 + (data?.bytes.count ?? 0))
        let others = attributes.keys.filter { !Name.ordered.contains($0) }.sorted { $0.isByteLess(than: $1) }
        for name in Name.ordered + others {
            guard let text = attributes[name] else { continue }
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            JSONValue.appendCanonical(name, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            JSONValue.appendCanonical(text, to: &bytes)
        }
        if let data {
            bytes.append(contentsOf: ",\"data\":".utf8)
            bytes.append(contentsOf: data.bytes)
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// Reads an event in CloudEvents' structured JSON mode.
    ///
    /// The bytes of `data` are taken as they are, insignificant white space aside. Attributes that nobody here knows are
    /// kept as texts where they are scalars, and ignored otherwise.
    ///
    /// - Parameter json: One event, white space around it allowed.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidValue``: it is not JSON, or an attribute is missing or
    ///   wrong; the message names it.
    /// - Complexity: O(size).
    public init(json: [UInt8]) throws {
        var attributes: [String: String] = [:]
        var data: JSONText?
        var seen: Set<String> = []
        for (name, range) in try JSONMembers.find(in: json) {
            guard seen.insert(name).inserted else { throw Self.failure(name, "occurs twice.") }
            guard name != Name.dataBase64 else {
                throw Self.failure(name, "holds binary data; a ledger keeps JSON. Send it as 'data'.")
            }
            let value = try Self.attributed(name) { try JSONText(Array(json[range])) }
            if name == Name.data { data = value } else { attributes[name] = try Self.text(of: value, name) }
        }
        guard try Self.nonEmpty(Name.specVersion, attributes) == "1.0" else {
            throw Self.failure(Name.specVersion, "is not 1.0, the only version that is read.")
        }
        if let time = attributes[Name.time], Timestamp(time) == nil {
            throw Self.failure(Name.time, "is not an RFC 3339 time.")
        }
        if let type = attributes[Name.dataContentType], !Self.isJSON(type) {
            throw Self.failure(Name.dataContentType, "is not a type of JSON; a ledger keeps JSON.")
        }
        self.init(
            id: try Self.nonEmpty(Name.id, attributes), source: try Self.nonEmpty(Name.source, attributes),
            type: try Self.nonEmpty(Name.type, attributes), attributes: attributes, data: data
        )
    }

    private static func nonEmpty(_ name: String, _ attributes: [String: String]) throws -> String {
        guard let text = attributes[name] else { throw failure(name, "is missing.") }
        guard !text.isEmpty else { throw failure(name, "is empty.") }
        return text
    }

    /// The text of a scalar; `nil` for `null`, which means that the attribute is absent, and for what is no attribute.
    private static func text(of value: JSONText, _ name: String) throws -> String? {
        switch value.bytes.first {
        case UInt8(ascii: "\""): return try attributed(name) { try value.value() }.stringValue
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard !Name.ordered.contains(name) else { throw failure(name, "is not a text.") }
            return nil
        case UInt8(ascii: "n"): return nil
        default: return value.text
        }
    }

    private static func attributed<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as LedgerError {
            throw failure(name, "is wrong: \(error.message)")
        }
    }

    /// `application/json`, `text/json`, `application/problem+json; charset=utf-8` and the like.
    private static func isJSON(_ contentType: String) -> Bool {
        let type = contentType.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        return type.hasSuffix("/json") || type.hasSuffix("+json")
    }
}
