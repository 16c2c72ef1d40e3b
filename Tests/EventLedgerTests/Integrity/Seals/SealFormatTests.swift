import EventLedger
import Foundation
import Testing

/// Texts that are a seal, and texts that are not.
private enum SealText {
    static let root: String = String(repeating: "0123456789abcdef", count: 4)
    static let seal: String =
        #"{"format":"eventledger-seal","root":"\#(root)","size":3,"time":"2026-11-21T08:30:00.000000Z","version":1}"#

    /// With what the message has to say.
    static let refused: [(String, String)] = [
        ("", "no seal"), ("[]", "not a JSON object"), ("{}", "'format'"), (seal + "x", "no seal"),
        (seal.replacing("eventledger-seal", with: "eventledger-inclusion-proof"), "an inclusion proof"),
        (seal.replacing("\"version\":1", with: "\"version\":0"), "'version'"),
        (seal.replacing("\"version\":1", with: "\"version\":1.0"), "'version'"),
        (seal.replacing("\"size\":3", with: "\"size\":-1"), "'size'"),
        (seal.replacing("\"size\":3", with: "\"size\":3.5"), "'size'"),
        (seal.replacing("\"size\":3", with: "\"size\":\"3\""), "'size'"),
        (seal.replacing("\"size\":3", with: "\"size\":9223372036854775808"), "'size'"),
        (seal.replacing("\"size\":3", with: "\"size\":3,\"size\":3"), "twice"),
        (seal.replacing("\"size\":3", with: "\"size\":0"), "'root'"),
        (seal.replacing("\"size\":3,", with: ""), "'size' is missing"),
        (seal.replacing("\"size\":3", with: "\"size\":3,\"note\":1"), "'note' is not known"),
        (seal.replacing("abcdef", with: "ABCDEF"), "'root'"),
        (seal.replacing(root, with: String(root.dropLast())), "'root'"),
        (seal.replacing("2026-11-21T08:30:00.000000Z", with: "2026-11-21"), "'time'"),
        (seal.replacing("2026-11-21T08:30:00.000000Z", with: "2026-11-31T08:30:00.000000Z"), "'time'"),
    ]
}

@Suite("The files of seals and proofs")
struct SealFormatTests {
    private func seal() throws -> Seal {
        Seal(
            size: 3, root: try #require(MerkleHash(SealText.root)),
            time: try #require(Timestamp("2026-11-21T08:30:00.000000Z"))
        )
    }

    private func inclusion() throws -> InclusionProof {
        let hash = try #require(MerkleHash(SealText.root)), event = try #require(EventHash(SealText.root))
        return InclusionProof(position: 2, size: 3, eventHash: event, previousHash: .zero, path: [hash, .emptyTree])
    }

    @Test("A seal's file is as specified, and read again")
    func sealBytes() throws {
        let seal = try seal()
        #expect(String(decoding: seal.json, as: UTF8.self) == SealText.seal + "\n")
        #expect(try Seal(json: seal.json) == seal)
        #expect(try Seal(json: Array(" \n \(SealText.seal.replacing(",", with: " ,\n ")) ".utf8)) == seal)
    }

    @Test("Proofs' files are as specified, and read again")
    func proofBytes() throws {
        let inclusion = try inclusion()
        #expect(
            String(decoding: inclusion.json, as: UTF8.self)
                == #"{"eventHash":"\#(SealText.root)","format":"eventledger-inclusion-proof","path":["\#(SealText.root)","#
                + #""\#(MerkleHash.emptyTree)"],"position":2,"previousHash":"\#(String(repeating: "0", count: 64))","#
                + #""size":3,"version":1}"# + "\n"
        )
        #expect(try InclusionProof(json: inclusion.json) == inclusion)
        let consistency = ConsistencyProof(from: 2, to: 3, path: inclusion.path)
        #expect(
            String(decoding: consistency.json, as: UTF8.self)
                == #"{"format":"eventledger-consistency-proof","from":2,"path":["\#(SealText.root)","#
                + #""\#(MerkleHash.emptyTree)"],"to":3,"version":1}"# + "\n"
        )
        #expect(try ConsistencyProof(json: consistency.json) == consistency)
    }

    @Test("Seals and proofs are Codable in the same form")
    func codable() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let seal = try seal(), inclusion = try inclusion()
        let consistency = ConsistencyProof(from: 0, to: 0, path: [])
        #expect(try Array(encoder.encode(seal)) + Array("\n".utf8) == seal.json)
        #expect(try Array(encoder.encode(inclusion)) + Array("\n".utf8) == inclusion.json)
        #expect(try Array(encoder.encode(consistency)) + Array("\n".utf8) == consistency.json)
        #expect(try JSONDecoder().decode(Seal.self, from: Data(seal.json)) == seal)
        #expect(try JSONDecoder().decode(InclusionProof.self, from: Data(inclusion.json)) == inclusion)
        #expect(try JSONDecoder().decode(ConsistencyProof.self, from: Data(consistency.json)) == consistency)
    }

    @Test(
        "A seal that is not exactly one is refused, and the message names why",
        arguments: SealText.refused
    )
    func refusedSeals(_ text: String, _ reason: String) throws {
        let error = #expect(throws: LedgerError.self) { try Seal(json: Array(text.utf8)) }
        #expect(error?.code == .invalidValue)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }

    @Test("A newer version is told from what is no seal")
    func newer() throws {
        let text = SealText.seal.replacing("\"version\":1", with: "\"version\":2")
        let error = #expect(throws: LedgerError.self) { try Seal(json: Array(text.utf8)) }
        #expect(error?.code == .schemaTooNew)
    }

    @Test("Proofs that contradict themselves are refused")
    func refusedProofs() throws {
        let inclusion = String(decoding: try inclusion().json, as: UTF8.self)
        for (text, other) in [
            ("\"position\":2", "\"position\":4"), ("\"position\":2", "\"position\":0"), ("\"size\":3", "\"size\":0"),
            ("\"path\":[", "\"path\":[1,"), ("\"path\":[", "\"path\":[null,"),
            ("\"eventHash\":\"0", "\"eventHash\":\""),
        ] {
            #expect(throws: LedgerError.self, "\(other)") {
                try InclusionProof(json: Array(inclusion.replacing(text, with: other).utf8))
            }
        }
        let long = ConsistencyProof(from: 1, to: 2, path: Array(repeating: .emptyTree, count: 65))
        #expect(throws: LedgerError.self) { try ConsistencyProof(json: long.json) }
        #expect(throws: LedgerError.self) {
            try ConsistencyProof(json: ConsistencyProof(from: 3, to: 2, path: []).json)
        }
    }
}
