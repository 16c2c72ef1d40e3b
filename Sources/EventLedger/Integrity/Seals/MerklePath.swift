/// Which subtrees a proof consists of, and what follows from their roots: RFC 6962, sections 2.1.1 and 2.1.2.
///
/// Leaves are counted from 0. Every function follows the RFC's recursive definition step by step; no recursion is deeper
/// than 64, because every step halves the tree.
enum MerklePath {
    /// Where a tree of two or more leaves is divided: at the largest power of two that is smaller than their number.
    static func split(_ size: Int64) -> Int64 { 1 << Int64(63 - (size - 1).leadingZeroBitCount) }

    // MARK: Inclusion

    /// The subtrees whose roots prove a leaf, from the leaf to the root: `PATH(m, D[n])`.
    static func inclusion(of leaf: Int64, in tree: Range<Int64>) -> [Range<Int64>] {
        let size = tree.upperBound - tree.lowerBound
        guard size > 1 else { return [] }
        let middle = tree.lowerBound + split(size)
        return leaf < middle
            ? inclusion(of: leaf, in: tree.lowerBound..<middle) + [middle..<tree.upperBound]
            : inclusion(of: leaf, in: middle..<tree.upperBound) + [tree.lowerBound..<middle]
    }

    /// The root that follows from a leaf and its path; `nil` where the path is too short or too long.
    static func root(of leaf: MerkleHash, at index: Int64, size: Int64, path: [MerkleHash]) -> MerkleHash? {
        guard index >= 0, index < size else { return nil }
        var rest = path[...]
        let root = root(of: leaf, at: index, size: size, taking: &rest)
        return rest.isEmpty ? root : nil
    }

    private static func root(
        of leaf: MerkleHash, at index: Int64, size: Int64, taking path: inout ArraySlice<MerkleHash>
    ) -> MerkleHash? {
        guard size > 1 else { return leaf }
        let middle = split(size)
        if index < middle {
            guard let left = root(of: leaf, at: index, size: middle, taking: &path), let right = path.popFirst() else {
                return nil
            }
            return MerkleHash(left: left, right: right)
        }
        guard let right = root(of: leaf, at: index - middle, size: size - middle, taking: &path),
            let left = path.popFirst()
        else { return nil }
        return MerkleHash(left: left, right: right)
    }

    // MARK: Consistency

    /// The subtrees whose roots prove that a tree grew out of its first leaves: `PROOF(m, D[n])`.
    ///
    /// Nothing has to be proven from no leaf at all.
    static func consistency(from old: Int64, to new: Int64) -> [Range<Int64>] {
        old == 0 ? [] : consistency(through: old, in: 0..<new, isWhole: true)
    }

    /// `SUBPROOF(m, D[n], b)`; the first leaves end at a leaf's number, and `isWhole` is the RFC's b.
    private static func consistency(through old: Int64, in tree: Range<Int64>, isWhole: Bool) -> [Range<Int64>] {
        guard old < tree.upperBound else { return isWhole ? [] : [tree] }
        let middle = tree.lowerBound + split(tree.upperBound - tree.lowerBound)
        return old <= middle
            ? consistency(through: old, in: tree.lowerBound..<middle, isWhole: isWhole) + [middle..<tree.upperBound]
            : consistency(through: old, in: middle..<tree.upperBound, isWhole: false) + [tree.lowerBound..<middle]
    }

    /// Whether roots and path prove that the larger tree grew out of the smaller one.
    static func isConsistent(
        from old: Int64, _ oldRoot: MerkleHash, to new: Int64, _ newRoot: MerkleHash, path: [MerkleHash]
    ) -> Bool {
        guard old >= 0, old <= new else { return false }
        // What the RFC leaves open: everything grows out of nothing, and the root of nothing is known.
        guard old > 0 else { return path.isEmpty && oldRoot == .emptyTree && (new > 0 || newRoot == .emptyTree) }
        var rest = path[...]
        guard let found = roots(from: old, oldRoot, to: new, isWhole: true, taking: &rest), rest.isEmpty else {
            return false
        }
        return found.old == oldRoot && found.new == newRoot
    }

    /// The roots of both trees that follow from a path. Where the smaller tree is a subtree of the larger one, the path leaves
    /// its root out, because whoever checks has it.
    private static func roots(
        from old: Int64, _ oldRoot: MerkleHash, to new: Int64, isWhole: Bool, taking path: inout ArraySlice<MerkleHash>
    ) -> (old: MerkleHash, new: MerkleHash)? {
        guard old < new else {
            guard let root = isWhole ? oldRoot : path.popFirst() else { return nil }
            return (old: root, new: root)
        }
        let middle = split(new)
        if old <= middle {
            guard let left = roots(from: old, oldRoot, to: middle, isWhole: isWhole, taking: &path),
                let right = path.popFirst()
            else { return nil }
            return (old: left.old, new: MerkleHash(left: left.new, right: right))
        }
        guard let right = roots(from: old - middle, oldRoot, to: new - middle, isWhole: false, taking: &path),
            let left = path.popFirst()
        else { return nil }
        return (old: MerkleHash(left: left, right: right.old), new: MerkleHash(left: left, right: right.new))
    }
}
