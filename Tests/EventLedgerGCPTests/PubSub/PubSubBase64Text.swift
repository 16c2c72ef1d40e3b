import Foundation

/// Base64 by another implementation than the tested one's wrapper.
enum PubSubBase64Text {
    static func text(_ base64: String) -> String? {
        Data(base64Encoded: base64).map { String(decoding: $0, as: UTF8.self) }
    }

    static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
