import Crypto

/// SHA-256 over length-prefixed texts, for ids that are derived from names.
package enum CanonicalDigest {
    /// The digest as 64 hexadecimal digits: of each text its length in bytes as 8 bytes, big-endian, then its UTF-8.
    package static func hexadecimal(of texts: [String]) -> String {
        var hasher = SHA256()
        for text in texts {
            var text = text
            text.withUTF8 { bytes in
                withUnsafeBytes(of: UInt64(bytes.count).bigEndian) { hasher.update(bufferPointer: $0) }
                hasher.update(bufferPointer: UnsafeRawBufferPointer(bytes))
            }
        }
        return Hexadecimal.text(hasher.finalize())
    }
}
