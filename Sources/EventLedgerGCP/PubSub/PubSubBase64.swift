#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Base64 as Pub/Sub's JSON uses it: written in the standard alphabet; both alphabets are read, with and without padding, as the
/// JSON form of protocol buffers says.
enum PubSubBase64 {
    static func append(_ bytes: [UInt8], to result: inout [UInt8]) {
        result.append(contentsOf: Data(bytes).base64EncodedData())
    }

    static func bytes(_ text: String) -> [UInt8]? {
        var standard = text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: byte
            }
        }
        if !standard.count.isMultiple(of: 4), standard.last != UInt8(ascii: "=") {
            standard += Array(repeating: UInt8(ascii: "="), count: 4 - standard.count % 4)
        }
        return Data(base64Encoded: Data(standard)).map { [UInt8]($0) }
    }
}
