import EventLedger
import EventLedgerTesting
import TestSupport
import Testing

@testable import EventLedgerGCP

@Suite("Reading Firestore's answers") struct FirestoreAnswerTests {
    @Test("Any answer is read as the reader of all JSON reads it") func sameAsTree() throws {
        for seed in try TestRun.seeds(20, thorough: 500) {
            var generator = SeededGenerator(seed: seed)
            for _ in 0..<20 {
                let documents = (0..<Int.random(in: 0...4, using: &generator)).map { number in
                    FirestoreDocument(
                        path: "ledgers/main/events/\(number)",
                        fields: ["v": RandomFirestoreValue.value(depth: 3, &generator), "n": .integer(Int64(number))],
                        updateTime: "2026-11-21T08:30:00.000001Z")
                }
                let parts = documents.map { document -> JSONValue in
                    [
                        "document": [
                            "name": .string("projects/p/databases/(default)/documents/\(document.path)"),
                            "fields": FirestoreValue.json(of: document.fields),
                            "createTime": "2026-11-21T08:30:00Z", "updateTime": .string(document.updateTime),
                        ],
                        "readTime": "2026-11-21T08:31:00Z", "unknown": [1.5, ["a": [nil, true, "]}\""]], -2],
                    ]
                }
                let bytes = Self.spaced(JSONValue.array(parts).canonicalBytes, &generator)
                let read = try AnswerScanner.parts(of: bytes)
                #expect(read.map(\.document) == documents, "\(TestRun.hint(seed))")
                #expect(read.allSatisfy { $0.readTime == "2026-11-21T08:31:00Z" })
            }
        }
    }

    @Test("Escapes are read wherever they stand") func escapes() throws {
        let text = #"""
            [{"transaction":"a\u003d\/"},
             {"found": {"name": "projects/p/databases/d/documents/a/b", "fields": {
                "\u0062": {"bytesValue": "AA\u003d\u003d"}, "s": {"stringValue": "\ud83d\ude00\n\"\\"},
                "c": {"bytesValue": "AAEC"}, "d": {"bytesValue": "AAE="}}}}]
            """#
        let parts = try AnswerScanner.parts(of: Array(text.utf8))
        #expect(parts.first?.transaction == "a=/")
        #expect(
            parts.last?.document?.fields == [
                "b": .bytes([0]), "s": .string("\u{1F600}\n\"\\"), "c": .bytes([0, 1, 2]), "d": .bytes([0, 1]),
            ])
    }

    @Test("An error within an answer is noticed") func errors() throws {
        let parts = try AnswerScanner.parts(
            of: Array(#"[{"readTime":"t"},{"error":{"code":503,"status":"UNAVAILABLE"}}]"#.utf8))
        #expect(parts.map(\.isError) == [false, true])
    }

    @Test("What is cut or changed anywhere is refused or read, never a crash") func damage() throws {
        let whole =
            Array(
                #"[{"document":{"name":"projects/p/databases/d/documents/a/b","fields":{"b":{"bytesValue":"AAEC"},"i":"#
                    .utf8)
            + Array(
                #"{"integerValue":"-7"},"t":{"timestampValue":"2026-11-21T08:30:00Z"},"a":{"arrayValue":{"values":"#
                    .utf8)
            + Array(#"[{"nullValue":null},{"booleanValue":true}]}}}},"done":true}]"#.utf8)
        _ = try AnswerScanner.parts(of: whole)
        for length in 0..<whole.count {
            let cut = Array(whole[..<length])
            #expect(throws: AnswerScanner.Unreadable.self) { try AnswerScanner.parts(of: cut) }
        }
        for seed in try TestRun.seeds(50, thorough: 2000) {
            var generator = SeededGenerator(seed: seed)
            var changed = whole
            for _ in 0..<3 {
                changed[Int.random(in: 0..<changed.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            do { _ = try AnswerScanner.parts(of: changed) } catch {
                #expect(error is AnswerScanner.Unreadable, "\(TestRun.hint(seed)): \(error)")
            }
        }
    }

    @Test("Deep nesting is refused") func nesting() {
        let text =
            #"[{"document":{"name":"projects/p/databases/d/documents/a/b","fields":{"a":"#
            + String(repeating: #"{"arrayValue":{"values":["#, count: 10_000)
        #expect(throws: AnswerScanner.Unreadable.self) { try AnswerScanner.parts(of: Array(text.utf8)) }
    }

    /// Puts white space where it means nothing.
    private static func spaced(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var spaced = [UInt8](), isInString = false, isEscaped = false
        for byte in bytes {
            spaced.append(byte)
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
            } else if byte == UInt8(ascii: "\"") {
                isInString = true
            }
            if !isInString, "{}[],:".utf8.contains(byte), Bool.random(using: &generator) {
                spaced += Array(["\n  ", " ", "\r\n", "\t"][Int.random(in: 0..<4, using: &generator)].utf8)
            }
        }
        return spaced
    }
}
