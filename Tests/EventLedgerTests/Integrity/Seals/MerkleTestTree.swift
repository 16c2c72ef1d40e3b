import Testing

@testable import EventLedger

/// A tree whose leaves are all at hand, so that the proofs of a pass can be asked for.
struct MerkleTestTree {
    let leaves: [MerkleHash]

    init(_ leaves: [MerkleHash]) { self.leaves = leaves }

    static func leaf(_ bytes: [UInt8]) -> MerkleHash { bytes.withUnsafeBytes { MerkleHash(leafOf: $0) } }

    var root: MerkleHash {
        var builder = MerkleRootBuilder()
        for leaf in leaves { builder.append(leaf: leaf) }
        return builder.root
    }

    /// The root after so many leaves, by the definition of RFC 6962, section 2.1, which knows no streaming.
    static func definedRoot(of leaves: ArraySlice<MerkleHash>) -> MerkleHash {
        guard leaves.count > 1 else { return leaves.first ?? .emptyTree }
        var middle = 1
        while middle * 2 < leaves.count { middle *= 2 }
        return MerkleHash(
            left: definedRoot(of: leaves.prefix(middle)), right: definedRoot(of: leaves.dropFirst(middle))
        )
    }

    func inclusion(of leaf: Int64) throws -> [MerkleHash] {
        try roots(of: MerklePath.inclusion(of: leaf, in: 0..<Int64(leaves.count)))
    }

    func consistency(from old: Int64) throws -> [MerkleHash] {
        try roots(of: MerklePath.consistency(from: old, to: Int64(leaves.count)))
    }

    private func roots(of ranges: [Range<Int64>]) throws -> [MerkleHash] {
        var roots = MerkleRoots(ofSizes: [], ranges: ranges)
        for leaf in leaves { roots.append(leaf: leaf) }
        return try #require(roots.roots(of: ranges))
    }
}
