import EventLedger

extension DecoderProperty {
    /// The file of a seal or of a proof: what was read is written so that it reads back, with equal bytes; and a proof has a
    /// verdict under every seal of its size, whatever its path.
    static func checkSeal(_ bytes: [UInt8]) throws {
        if let seal = try accepted(unless: LedgerError.self, { try Seal(json: bytes) }) {
            let again = try Seal(json: seal.json)
            try hold(again == seal && again.json == seal.json, "Written and read, it is another seal.")
            try hold(seal.size >= 0, "It covers \(seal.size) events.")
        }
        if let proof = try accepted(unless: LedgerError.self, { try InclusionProof(json: bytes) }) {
            let again = try InclusionProof(json: proof.json)
            try hold(again == proof && again.json == proof.json, "Written and read, it is another proof.")
            let verdict = proof.verdict(under: Self.seal(of: proof.size))
            try hold(verdict == .refuted, "It proves an event under a root that was made up.")
        }
        if let proof = try accepted(unless: LedgerError.self, { try ConsistencyProof(json: bytes) }) {
            let again = try ConsistencyProof(json: proof.json)
            try hold(again == proof && again.json == proof.json, "Written and read, it is another proof.")
            // The same root twice is right where both trees are the same; else it was made up.
            let verdict = proof.verdict(from: Self.seal(of: proof.from), to: Self.seal(of: proof.to))
            let isSame = proof.from == proof.to && proof.path.isEmpty && proof.from > 0
            try hold((verdict == .proven) == isSame, "It proves what does not follow.")
        }
    }

    /// A seal whose root nobody finds leaves for.
    private static func seal(of size: Int64) -> Seal {
        let leaf = MerkleHash(leaf: .zero)
        let root = MerkleHash(left: MerkleHash(left: leaf, right: leaf), right: leaf)
        return Seal(size: size, root: MerkleHash(left: root, right: root), time: Timestamp(microseconds: 0))
    }
}
