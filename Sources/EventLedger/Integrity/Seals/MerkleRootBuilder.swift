/// Computes the root of a Merkle tree over leaves that come one after the other.
///
/// It remembers only the roots of the complete subtrees that the leaves so far make up: one for each bit that is set in their
/// number, the largest first. The root can be asked for at any time, and more leaves may follow.
public struct MerkleRootBuilder: Sendable {
    private var subtrees: [MerkleHash] = []

    /// How many leaves there are.
    public private(set) var size: Int64 = 0

    /// Makes a builder without leaves.
    public init() { subtrees.reserveCapacity(64) }

    /// Adds the leaf of an event.
    ///
    /// - Complexity: O(1) amortized: two SHA-256, no allocation of its own.
    public mutating func append(_ event: EventHash) { append(leaf: MerkleHash(leaf: event)) }

    /// Adds a leaf.
    package mutating func append(leaf: MerkleHash) {
        var subtree = leaf
        var number = size
        // As in adding one to a binary number: what is of the same size is joined and carried.
        while number & 1 == 1, let left = subtrees.popLast() {
            subtree = MerkleHash(left: left, right: subtree)
            number >>= 1
        }
        subtrees.append(subtree)
        size += 1
    }

    /// The root of the tree over the leaves so far.
    ///
    /// - Complexity: O(log n).
    public var root: MerkleHash {
        guard var root = subtrees.last else { return .emptyTree }
        for left in subtrees.dropLast().reversed() { root = MerkleHash(left: left, right: root) }
        return root
    }
}
