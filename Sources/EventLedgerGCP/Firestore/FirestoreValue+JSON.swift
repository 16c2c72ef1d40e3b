package import EventLedger

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension FirestoreValue {
    /// The value as the REST interface writes it, `{"integerValue": "1"}`.
    ///
    /// The format is that of `google.firestore.v1.Value` in the JSON mapping of protocol buffers.
    package var json: JSONValue {
        switch self {
        case .null: ["nullValue": nil]
        case .boolean(let value): ["booleanValue": .bool(value)]
        case .integer(let value): ["integerValue": .string(String(value))]
        case .string(let value): ["stringValue": .string(value)]
        case .bytes(let value): ["bytesValue": .string(Data(value).base64EncodedString())]
        case .timestamp(let value): ["timestampValue": .string(Timestamp(microseconds: value).description)]
        case .array(let values): ["arrayValue": ["values": .array(values.map(\.json))]]
        case .map(let fields): ["mapValue": ["fields": Self.json(of: fields)]]
        }
    }

    /// A document's fields as the REST interface writes them.
    package static func json(of fields: [String: FirestoreValue]) -> JSONValue {
        .object(JSONObject(fields.map { ($0.key, $0.value.json) }))
    }

    /// Reads a value as the REST interface writes it.
    ///
    /// - Throws: ``AnswerScanner/Unreadable`` for a kind of value that the library never writes.
    package init(json: JSONValue) throws {
        guard let field = json.objectValue?.fields.first, json.objectValue?.count == 1 else {
            throw AnswerScanner.Unreadable()
        }
        switch field.key {
        case "nullValue": self = .null
        case "booleanValue": self = .boolean(try field.value.boolValue.orUnreadable)
        case "integerValue":
            // Servers write a string; the mapping allows a number too.
            self = .integer(
                try (field.value.stringValue.flatMap { Int64($0) } ?? field.value.integerValue).orUnreadable)
        case "stringValue": self = .string(try field.value.stringValue.orUnreadable)
        case "bytesValue":
            self = .bytes([UInt8](try field.value.stringValue.flatMap { Data(base64Encoded: $0) }.orUnreadable))
        case "timestampValue":
            self = .timestamp(try field.value.stringValue.flatMap { Timestamp($0)?.microseconds }.orUnreadable)
        case "arrayValue":
            self = .array(
                try (field.value.objectValue.orUnreadable["values"]?.arrayValue ?? []).map {
                    try FirestoreValue(json: $0)
                }
            )
        case "mapValue": self = .map(try Self.fields(json: field.value.objectValue.orUnreadable["fields"]))
        default: throw AnswerScanner.Unreadable()
        }
    }

    /// Reads a document's fields; no object at all is no fields.
    package static func fields(json: JSONValue?) throws -> [String: FirestoreValue] {
        var fields: [String: FirestoreValue] = [:]
        for field in json?.objectValue?.fields ?? [] { fields[field.key] = try FirestoreValue(json: field.value) }
        return fields
    }
}

extension Optional {
    fileprivate var orUnreadable: Wrapped {
        get throws {
            guard let self else { throw AnswerScanner.Unreadable() }
            return self
        }
    }
}
