#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The ledger's one coder: keys sorted, times as RFC 3339, slashes not escaped.
///
/// Sorted keys matter: unsorted, Foundation's encoder orders them differently in each process, and the retry of a commit
/// from a new process would look like other content.
package enum LedgerCoder {
    // Made once: neither is changed afterwards, and making one costs more than many a value's encoding.
    private static let encoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in try Timestamp(date).encode(to: encoder) }
        return encoder
    }()
    private static let decoder = {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in try Timestamp(from: decoder).date }
        return decoder
    }()

    package static func encode(_ value: some Encodable) throws -> [UInt8] {
        do {
            return [UInt8](try encoder.encode(value))
        } catch let error as EncodingError {
            throw LedgerError(
                .encodingFailed,
                "A value of type \(type(of: value)) cannot be encoded as JSON (\(path(of: error))). "
                    + "Numbers must be finite and the top level must be encodable.",
                details: ["type": "\(type(of: value))"]
            )
        }
    }

    package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        do {
            return try decoder.decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw failure(type, reason(of: error))
        }
    }

    /// Decodes what was decrypted. Errors name types and nothing that may come from the JSON: the keys of a dictionary
    /// are content, and so is what the type's own errors say. They are stored where nobody can forget them.
    package static func decodeSecret<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        do {
            return try decoder.decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw failure(type, kind(of: error))
        } catch {
            throw failure(type, "it is refused with a \(Swift.type(of: error))")
        }
    }

    private static func failure(_ type: Any.Type, _ reason: String) -> LedgerError {
        LedgerError(
            .decodingFailed, "The JSON is not a \(type): \(reason). Check the type and its schema version.",
            details: ["type": "\(type)"]
        )
    }

    // Neither description repeats a value of the payload: keys and types only.
    private static func reason(of error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, let context):
            "the key '\(key.stringValue)' is missing\(location(context.codingPath))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            kind(of: error) + location(context.codingPath)
        @unknown default: kind(of: error)
        }
    }

    private static func kind(of error: DecodingError) -> String {
        switch error {
        case .keyNotFound: "a key is missing"
        case .typeMismatch(let type, _): "a value is not a \(type)"
        case .valueNotFound(let type, _): "a \(type) is null"
        case .dataCorrupted: "a value has the wrong form"
        @unknown default: "it has another form"
        }
    }

    private static func path(of error: EncodingError) -> String {
        if case .invalidValue(_, let context) = error { "invalid value\(location(context.codingPath))" } else { "" }
    }

    private static func location(_ path: [any CodingKey]) -> String {
        path.isEmpty ? "" : " at '\(path.map(\.stringValue).joined(separator: "."))'"
    }
}
