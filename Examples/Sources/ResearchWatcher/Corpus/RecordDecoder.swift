#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Decodes one line of JSON, and says in our terms why it cannot.
struct RecordDecoder {
    private let decoder = JSONDecoder()

    /// Decodes a line.
    ///
    /// - Parameter line: the bytes of the line without its end.
    /// - Returns: the record, or what is wrong with the line.
    func decode<Record: Decodable>(_ type: Record.Type, from line: [UInt8]) -> Result<Record, RecordFlaw> {
        // Asked first, because decoders differ in what they make of such bytes.
        guard String(validating: line, as: UTF8.self) != nil else {
            return .failure(RecordFlaw(kind: .invalidUTF8, message: "the line is not valid UTF-8"))
        }
        do {
            return .success(try decoder.decode(type, from: Data(line)))
        } catch DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty {
            return .failure(RecordFlaw(kind: .notJSON, message: "the line is not JSON"))
        } catch {
            return .failure(RecordFlaw(kind: .unexpectedShape, message: "the line is JSON, but not a record"))
        }
    }

    /// Whether a line holds nothing but white space.
    static func isBlank(_ line: [UInt8]) -> Bool {
        line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
    }
}
