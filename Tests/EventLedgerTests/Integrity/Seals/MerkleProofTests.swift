import EventLedgerTesting
import TestSupport
import Testing

@testable import EventLedger

/// Every proof of trees of many sizes is accepted, and whatever is changed about it is refused.
@Suite("Proofs, changed in every way")
struct MerkleProofTests {
    private static let time = Timestamp(microseconds: 0)
    /// All small sizes, the neighbours of a power of two, and some beyond.
    private static let sizes = Array(1...17) + [31, 32, 33, 64, 97]

    private let seed: UInt64

    init() throws { seed = try TestRun.seed() }

    private func events(_ count: Int) -> [EventHash] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).compactMap { _ in
            EventHash((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
        }
    }

    private func tree(_ events: [EventHash]) -> MerkleTestTree { MerkleTestTree(events.map { MerkleHash(leaf: $0) }) }

    private static func seal(_ tree: MerkleTestTree, first size: Int? = nil) -> Seal {
        let size = size ?? tree.leaves.count
        return Seal(size: Int64(size), root: MerkleTestTree(Array(tree.leaves.prefix(size))).root, time: time)
    }

    private static func flipped(_ bytes: [UInt8], bit: Int) -> [UInt8] {
        var bytes = bytes
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        return bytes
    }

    private static func flipped(_ seal: Seal, bit: Int) throws -> Seal {
        Seal(size: seal.size, root: try #require(MerkleHash(flipped(seal.root.bytes, bit: bit))), time: seal.time)
    }

    /// Paths that differ from one in a bit, or in their length or order.
    private static func changed(_ path: [MerkleHash], with foreign: MerkleHash, bit: Int) throws -> [[MerkleHash]] {
        var others: [[MerkleHash]] = [path + [foreign], [foreign] + path]
        for index in path.indices {
            var other = path
            other[index] = try #require(MerkleHash(flipped(path[index].bytes, bit: bit)))
            others.append(other)
            var shorter = path
            shorter.remove(at: index)
            others.append(shorter)
            others.append(path + [path[index]])
        }
        if path.count > 1 { others.append(Array(path.reversed())) }
        return others
    }

    @Test("The streaming root is that of the recursive definition")
    func streaming() {
        let all = tree(events(300))
        var builder = MerkleRootBuilder()
        for size in 1...all.leaves.count {
            builder.append(leaf: all.leaves[size - 1])
            #expect(
                builder.root == MerkleTestTree.definedRoot(of: all.leaves.prefix(size)), "size \(size), \(TestRun.hint)"
            )
        }
    }

    @Test("Inclusion", arguments: sizes)
    func inclusion(size: Int) throws {
        let events = events(size), tree = tree(events), seal = Self.seal(tree)
        var generator = SeededGenerator(seed: seed ^ UInt64(size))
        for index in 0..<size {
            let proof = InclusionProof(
                position: Position(Int64(index) + 1), size: Int64(size), eventHash: events[index], previousHash: .zero,
                path: try tree.inclusion(of: Int64(index))
            )
            let hint: Comment = "position \(index + 1) of \(size), \(TestRun.hint)"
            #expect(proof.verdict(under: seal) == .proven, hint)

            let bit = Int.random(in: 0..<256, using: &generator)
            #expect(proof.verdict(under: try Self.flipped(seal, bit: bit)) == .refuted, hint)
            let otherHash = try #require(EventHash(Self.flipped(events[index].bytes, bit: bit)))
            #expect(Self.with(proof, eventHash: otherHash).verdict(under: seal) == .refuted, hint)
            for path in try Self.changed(proof.path, with: seal.root, bit: bit) where path != proof.path {
                #expect(Self.with(proof, path: path).verdict(under: seal) == .refuted, hint)
            }
            for other in [0, Int64(index), Int64(index) + 2, Int64(size) + 1, .min, .max]
            where other != proof.position.rawValue {
                #expect(Self.with(proof, position: Position(other)).verdict(under: seal) == .refuted, hint)
            }
            for other in [0, Int64(size) - 1, Int64(size) + 1, Int64(size) * 2, .min, .max] {
                #expect(Self.with(proof, size: other).verdict(under: seal) == .otherSize, hint)
            }
        }
    }

    /// A size that neither proof nor seal tells truly: whoever makes seals up can only do so for other roots.
    @Test("A proof for another size does not lead to the root", arguments: sizes)
    func otherSize(size: Int) throws {
        let events = events(size), tree = tree(events), seal = Self.seal(tree)
        let path = try tree.inclusion(of: 0)
        for other in 1...(size * 2 + 1) where other != size {
            let proof = InclusionProof(
                position: 1, size: Int64(other), eventHash: events[0], previousHash: .zero, path: path
            )
            // The way of the first leaf only depends on how high the tree is.
            guard MerklePath.inclusion(of: 0, in: 0..<Int64(other)).count != path.count else { continue }
            let forged = Seal(size: Int64(other), root: seal.root, time: Self.time)
            #expect(proof.verdict(under: forged) == .refuted, "\(size) as \(other), \(TestRun.hint)")
        }
    }

    @Test("Consistency", arguments: sizes)
    func consistency(size: Int) throws {
        let tree = tree(events(size)), new = Self.seal(tree)
        var generator = SeededGenerator(seed: seed ^ UInt64(size))
        for from in 1...size {
            let old = Self.seal(tree, first: from)
            let path = try tree.consistency(from: Int64(from))
            let proof = ConsistencyProof(from: Int64(from), to: Int64(size), path: path)
            let hint: Comment = "\(from) to \(size), \(TestRun.hint)"
            #expect(proof.verdict(from: old, to: new) == .proven, hint)

            let bit = Int.random(in: 0..<256, using: &generator)
            #expect(proof.verdict(from: try Self.flipped(old, bit: bit), to: new) == .refuted, hint)
            #expect(proof.verdict(from: old, to: try Self.flipped(new, bit: bit)) == .refuted, hint)
            for path in try Self.changed(path, with: old.root, bit: bit) where path != proof.path {
                let other = ConsistencyProof(from: proof.from, to: proof.to, path: path)
                #expect(other.verdict(from: old, to: new) == .refuted, hint)
            }
            if from < size { #expect(proof.verdict(from: new, to: old) == .otherSize, hint) }
            for (from, to) in [
                (proof.from - 1, proof.to), (proof.from + 1, proof.to), (proof.from, proof.to - 1),
                (proof.from, proof.to + 1), (.min, proof.to), (proof.from, .max),
            ] {
                let other = ConsistencyProof(from: from, to: to, path: path)
                #expect(other.verdict(from: old, to: new) == .otherSize, hint)
            }
        }
    }

    @Test("Everything grows out of nothing, and nothing out of something")
    func nothing() throws {
        let tree = tree(events(5)), five = Self.seal(tree), none = Self.seal(tree, first: 0)
        #expect(none.root == .emptyTree)
        #expect(ConsistencyProof(from: 0, to: 5, path: []).verdict(from: none, to: five) == .proven)
        #expect(ConsistencyProof(from: 0, to: 0, path: []).verdict(from: none, to: none) == .proven)
        #expect(ConsistencyProof(from: 0, to: 5, path: [five.root]).verdict(from: none, to: five) == .refuted)
        #expect(ConsistencyProof(from: 5, to: 0, path: []).verdict(from: five, to: none) == .refuted)
        let forged = Seal(size: 0, root: five.root, time: Self.time)
        #expect(ConsistencyProof(from: 0, to: 5, path: []).verdict(from: forged, to: five) == .refuted)
        #expect(ConsistencyProof(from: 0, to: 0, path: []).verdict(from: none, to: forged) == .refuted)
    }

    @Test("An inner node does not pass for an event, nor a leaf for a tree")
    func levels() throws {
        let events = events(4), tree = tree(events), seal = Self.seal(tree)
        // The inner node over the first two, taken for an event of a tree of two.
        let node = try #require(EventHash(MerkleHash(left: tree.leaves[0], right: tree.leaves[1]).bytes))
        let right = MerkleHash(left: tree.leaves[2], right: tree.leaves[3])
        let proof = InclusionProof(position: 1, size: 2, eventHash: node, previousHash: .zero, path: [right])
        #expect(proof.verdict(under: Seal(size: 2, root: seal.root, time: Self.time)) == .refuted)
    }

    private static func with(
        _ proof: InclusionProof, position: Position? = nil, size: Int64? = nil, eventHash: EventHash? = nil,
        path: [MerkleHash]? = nil
    ) -> InclusionProof {
        InclusionProof(
            position: position ?? proof.position, size: size ?? proof.size, eventHash: eventHash ?? proof.eventHash,
            previousHash: proof.previousHash, path: path ?? proof.path
        )
    }
}
