import Testing

@testable import EventLedger

/// The published vectors of github.com/transparency-dev/merkle: leaves, nodes and roots of `testonly/constants.go`, proofs of
/// `proof/verify_test.go`, hashes of `rfc6962/rfc6962_test.go`. RFC 6962 itself has none.
@Suite("The vectors of transparency-dev/merkle")
struct MerkleVectorTests {
    private static let leafInputs: [[UInt8]] = [
        [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43],
        [0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        [0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F],
    ]

    /// By size, from 0.
    private static let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    private static let leaves = leafInputs.map { MerkleTestTree.leaf($0) }

    @Test("Hashes of leaves and nodes")
    func hashes() {
        #expect(MerkleHash.emptyTree.description == Self.roots[0])
        #expect(MerkleTestTree.leaf([]).description == Self.roots[1])
        #expect(
            MerkleTestTree.leaf(Array("L123456".utf8)).description
                == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
        )
        #expect(
            Self.leaves.map(\.description) == [
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
                "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658",
                "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
                "46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1",
            ]
        )
        #expect(
            MerkleHash(left: Self.leaves[2], right: Self.leaves[3]).description
                == "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
        )
    }

    @Test("Roots of every size, from one builder")
    func rootsOfEverySize() {
        var builder = MerkleRootBuilder()
        #expect(builder.root.description == Self.roots[0])
        for (index, leaf) in Self.leaves.enumerated() {
            builder.append(leaf: leaf)
            #expect(builder.size == Int64(index + 1))
            #expect(builder.root.description == Self.roots[index + 1])
        }
    }

    /// Leaf and size counted from 1, and the proof.
    private static let inclusions: [(leaf: Int64, size: Int64, path: [String])] = [
        (1, 1, []),
        (
            1, 8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]
        ),
        (
            6, 8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        ),
        (3, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
        (
            2, 5,
            [
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]
        ),
    ]

    @Test("Inclusion proofs are made and accepted as published")
    func inclusion() throws {
        for vector in Self.inclusions {
            let tree = MerkleTestTree(Array(Self.leaves.prefix(Int(vector.size))))
            let path = try tree.inclusion(of: vector.leaf - 1)
            #expect(path.map(\.description) == vector.path, "\(vector.leaf) of \(vector.size)")
            let root = MerklePath.root(
                of: Self.leaves[Int(vector.leaf) - 1], at: vector.leaf - 1, size: vector.size, path: path
            )
            #expect(root?.description == Self.roots[Int(vector.size)], "\(vector.leaf) of \(vector.size)")
        }
    }

    private static let consistencies: [(old: Int64, new: Int64, path: [String])] = [
        (1, 1, []),
        (
            1, 8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]
        ),
        (
            6, 8,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        ),
        (
            2, 5,
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]
        ),
        (
            6, 7,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        ),
    ]

    @Test("Consistency proofs are made and accepted as published")
    func consistency() throws {
        for vector in Self.consistencies {
            let tree = MerkleTestTree(Array(Self.leaves.prefix(Int(vector.new))))
            let path = try tree.consistency(from: vector.old)
            #expect(path.map(\.description) == vector.path, "\(vector.old) to \(vector.new)")
            let old = try #require(MerkleHash(Self.roots[Int(vector.old)]))
            let new = try #require(MerkleHash(Self.roots[Int(vector.new)]))
            #expect(MerklePath.isConsistent(from: vector.old, old, to: vector.new, new, path: path))
        }
    }

    /// "Subtree Test Vectors" of draft-ietf-plants-merkle-tree-certs, as `testonly/vectors_test.go` has them: one SHA-256 over a
    /// line for each subtree of trees of up to 130 leaves 0x00, 0x01 and so on. A subtree begins at a multiple of its size,
    /// rounded up to a power of two, and its root and proofs are those of a tree of its leaves.
    @Test("Every root and every inclusion proof of trees of up to 130 leaves")
    func accumulated() throws {
        let all = (0..<130).map { MerkleTestTree.leaf([UInt8($0)]) }
        var rootLines: [UInt8] = [], proofLines: [UInt8] = []
        for end in 1...all.count {
            for start in 0..<end {
                let size = end - start
                var rounded = 1
                while rounded < size { rounded *= 2 }
                guard start % rounded == 0 else { continue }
                let tree = MerkleTestTree(Array(all[start..<end]))
                rootLines += Array("[\(start), \(end)) \(tree.root)\n".utf8)
                for leaf in start..<end {
                    let path = try tree.inclusion(of: Int64(leaf - start)).map { " \($0)" }.joined()
                    proofLines += Array("\(leaf) [\(start), \(end))\(path)\n".utf8)
                }
            }
        }
        let digests = [rootLines, proofLines].map { lines in
            lines.withUnsafeBytes { DigestWords(hashing: $0).hexadecimal }
        }
        #expect(
            digests == [
                "94a95384a8c69acea9b50d035a58285b3a777cb7a724005faa5e1f1e1190007f",
                "ac2a8f989e44d99e399db448050ff5f19757df53cfb716aa81015d3955d8163f",
            ]
        )
    }
}
