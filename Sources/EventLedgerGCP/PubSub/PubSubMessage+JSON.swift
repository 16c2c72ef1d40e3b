import EventLedger

extension PubSubMessage {
    /// Checks Pub/Sub's limits.
    ///
    /// - Throws: ``LedgerError`` with `limitExceeded`, or `invalidValue` for a message without any content.
    func validate() throws {
        guard !data.isEmpty || !attributes.isEmpty else {
            throw LedgerError(.invalidValue, "A message needs data or an attribute.")
        }
        try LedgerLimits.check(
            "A message", data.count, atMost: PubSubLimits.messageBytes, unit: "bytes", advice: "Make it smaller."
        )
        try LedgerLimits.check(
            "A message", attributes.count, atMost: PubSubLimits.attributes, unit: "attributes",
            advice: "Leave some out."
        )
        try LedgerLimits.check(
            "The ordering key of a message", orderingKey.utf8.count, atMost: PubSubLimits.orderingKeyBytes,
            unit: "bytes",
            advice: "Shorten it."
        )
        for (key, value) in attributes {
            guard !key.isEmpty, !key.hasPrefix("goog") else {
                throw LedgerError(.invalidValue, "An attribute's key is not empty and does not begin with 'goog'.")
            }
            try LedgerLimits.check(
                "The key of an attribute", key.utf8.count, atMost: PubSubLimits.attributeKeyBytes, unit: "bytes",
                advice: "Shorten it."
            )
            try LedgerLimits.check(
                "The attribute '\(key)'", value.utf8.count, atMost: PubSubLimits.attributeValueBytes, unit: "bytes",
                advice: "Shorten it."
            )
        }
    }

    /// The text is put together around the data, which are most of it.
    func appendJSON(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: #"{"data":""#.utf8)
        PubSubBase64.append(data, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
        if !attributes.isEmpty {
            bytes.append(contentsOf: #","attributes":"#.utf8)
            let fields = JSONObject(attributes.map { ($0.key, JSONValue.string($0.value)) })
            bytes.append(contentsOf: fields.canonicalBytes)
        }
        if !orderingKey.isEmpty {
            bytes.append(contentsOf: #","orderingKey":"#.utf8)
            bytes.append(contentsOf: JSONValue.string(orderingKey).canonicalBytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// Reads a message as Pub/Sub delivers it, pulled or pushed.
    ///
    /// - Throws: ``LedgerError`` with `invalidValue`; it names the field, not its content.
    init(json: JSONObject) throws {
        var attributes: [String: String] = [:]
        switch json["attributes"] {
        case nil, .null: break
        case .object(let fields):
            for field in fields.fields {
                guard let value = field.value.stringValue else {
                    throw LedgerError(.invalidValue, "An attribute of a message is not a text.")
                }
                attributes[field.key] = value
            }
        default: throw LedgerError(.invalidValue, "The attributes of a message are not an object.")
        }
        var data: [UInt8] = []
        switch json["data"] {
        case nil, .null: break
        case .string(let text):
            guard let bytes = PubSubBase64.bytes(text) else {
                throw LedgerError(.invalidValue, "The data of a message are not base64.")
            }
            data = bytes
        default: throw LedgerError(.invalidValue, "The data of a message are not a text.")
        }
        let key: String
        switch json["orderingKey"] ?? .null {
        case .null: key = ""
        case .string(let text): key = text
        default: throw LedgerError(.invalidValue, "The ordering key of a message is not a text.")
        }
        self.init(data: data, attributes: attributes, orderingKey: key)
    }
}
