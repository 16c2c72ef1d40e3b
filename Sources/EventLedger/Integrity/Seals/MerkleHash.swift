/// The hash of a node of a Merkle tree over events: of a leaf, of an inner node, or of the whole tree, which is its root.
///
/// RFC 6962, section 2.1: a leaf is SHA-256(0x00 ‖ ``EventHash``), an inner node SHA-256(0x01 ‖ left ‖ right), and the root of
/// a tree without leaves is the SHA-256 of nothing. The leading bytes keep a leaf from passing for an inner node.
public struct MerkleHash: Hashable, Sendable {
    private let words: DigestWords

    /// The root of the tree without leaves.
    public static let emptyTree = MerkleHash(words: DigestWords(hashing: UnsafeRawBufferPointer(start: nil, count: 0)))

    private init(words: DigestWords) { self.words = words }

    /// Takes exactly 32 bytes; `nil` for any other number.
    public init?(_ bytes: some Collection<UInt8>) {
        guard let words = DigestWords(bytes) else { return nil }
        self.words = words
    }

    /// The leaf of an event.
    ///
    /// - Complexity: O(1): one SHA-256.
    public init(leaf event: EventHash) {
        self = event.withBytes { MerkleHash(leafOf: $0) }
    }

    /// The leaf of any bytes, as RFC 6962 has it.
    package init(leafOf bytes: UnsafeRawBufferPointer) {
        words = withUnsafeTemporaryAllocation(byteCount: 1 + bytes.count, alignment: 8) { buffer in
            buffer[0] = 0x00
            UnsafeMutableRawBufferPointer(rebasing: buffer[1...]).copyMemory(from: bytes)
            return DigestWords(hashing: UnsafeRawBufferPointer(buffer))
        }
    }

    /// The inner node over two others.
    ///
    /// - Complexity: O(1): one SHA-256.
    public init(left: MerkleHash, right: MerkleHash) {
        words = withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { buffer in
            buffer[0] = 0x01
            left.words.withBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[1..<33]).copyMemory(from: $0) }
            right.words.withBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[33..<65]).copyMemory(from: $0) }
            return DigestWords(hashing: UnsafeRawBufferPointer(buffer))
        }
    }

    /// The 32 bytes.
    public var bytes: [UInt8] { words.withBytes { Array($0) } }
}

extension MerkleHash: LosslessStringConvertible {
    /// Reads 64 hexadecimal digits.
    public init?(_ text: String) {
        guard let words = DigestWords(hexadecimal: text) else { return nil }
        self.words = words
    }

    /// The hash as 64 lowercase hexadecimal digits.
    public var description: String { words.hexadecimal }
}

extension MerkleHash: Codable {
    public init(from decoder: any Decoder) throws {
        guard let hash = MerkleHash(try decoder.singleValueContainer().decode(String.self)) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "Not 64 hexadecimal digits.")
            )
        }
        self = hash
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
