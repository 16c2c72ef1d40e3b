/// FNV-1a, 64 bits: the same number in every process, which Swift's own hashing is not.
///
/// It guards against accidents only. Among a million different words the chance that any two share a hash is about
/// one in thirty million.
enum StableHash {
    /// - Complexity: O(n) in the number of bytes.
    static func of(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        return hash
    }

    /// The hash of `text` as 16 lowercase hexadecimal digits.
    static func hex(_ text: String) -> String {
        let digits = String(of(text), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
