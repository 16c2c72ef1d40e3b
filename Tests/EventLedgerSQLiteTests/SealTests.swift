import EventLedger
import TestSupport
import Testing

@testable import EventLedgerSQLite

/// What somebody does who can write to the file: SQL, past the ledger.
@Suite struct SealTests {
    private func make(_ path: String) async throws -> Seal {
        let ledger = try await SQLiteLedger.open(path)
        for number in 1...20 {
            _ = try await ledger.commit {
                try $0.append(DigestCreated(user: "ada", papers: number), to: StreamName("digest-\(number % 3)"))
            }
        }
        let seal = try await LedgerSealer(ledger).seal()
        await ledger.close()
        return seal
    }

    private func alter(_ path: String, _ sql: String, _ blobs: [[UInt8]] = []) async throws {
        try await BlockingWork.run {
            let connection = try SQLiteConnection(path: path, mode: .readWrite, vfs: nil, busyTimeout: .seconds(10))
            try connection.run(sql, blobs.map { .blob($0) })
        }
    }

    private func verify(_ path: String, _ seals: [Seal]) async throws -> VerificationReport {
        let ledger = try await SQLiteLedger.open(path, options: SQLiteLedgerOptions(mode: .readOnly))
        let report = try await LedgerVerifier(ledger, .init(seals: seals, expectsProvenance: false)).verify()
        await ledger.close()
        return report
    }

    @Test func removedEventsAreFound() async throws {
        let folder = try TemporaryFolder()
        let seal = try await make(folder.file())
        #expect(try await verify(folder.file(), [seal]).findings.isEmpty)
        try await alter(folder.file(), "DELETE FROM events WHERE position > 18")
        #expect(try await verify(folder.file(), []).isSound)
        let report = try await verify(folder.file(), [seal])
        #expect(report.findings.map(\.kind) == [.truncated])
        #expect(report.seals.map(\.outcome) == [.truncated])
    }

    @Test func anEventWithANewHashIsFound() async throws {
        let folder = try TemporaryFolder()
        let seal = try await make(folder.file())
        let ledger = try await SQLiteLedger.open(folder.file())
        let events = try await ledger.all()
        await ledger.close()
        let last = try #require(events.last)
        let previous = try #require(events.last { $0.stream == last.stream && $0.revision < last.revision })
        let data = try JSONText(#"{"papers":1000,"user":"ada"}"#)
        var hasher = EventHasher()
        let hash = hasher.hash(
            id: last.id, stream: last.stream, revision: last.revision, type: last.type,
            schemaVersion: last.schemaVersion, data: data, tags: last.tags, occurredAt: last.occurredAt,
            recordedAt: last.recordedAt, metadata: last.encodedMetadata, previous: previous.hash
        )
        try await alter(
            folder.file(), "UPDATE events SET data = ?1, hash = ?2 WHERE position = 20",
            [data.bytes, hash.bytes]
        )
        #expect(try await verify(folder.file(), []).isSound)
        let report = try await verify(folder.file(), [seal])
        #expect(report.findings.map(\.kind) == [.rewritten])
    }

    @Test func anEventWithItsOldHashIsFound() async throws {
        let folder = try TemporaryFolder()
        let seal = try await make(folder.file())
        try await alter(
            folder.file(), "UPDATE events SET data = ?1 WHERE position = 7", [Array("{}".utf8)])
        let report = try await verify(folder.file(), [seal])
        #expect(report.count(of: .brokenChain) == 1)
        #expect(report.count(of: .rewritten) == 1)
    }

    @Test func swappedEventsAreFound() async throws {
        let folder = try TemporaryFolder()
        let seal = try await make(folder.file())
        // 10 and 11 are of different streams, so their chains stay whole.
        for sql in [
            "UPDATE events SET position = 100 WHERE position = 10",
            "UPDATE events SET position = 10 WHERE position = 11",
            "UPDATE events SET position = 11 WHERE position = 100",
        ] { try await alter(folder.file(), sql) }
        #expect(try await verify(folder.file(), []).count(of: .brokenChain) == 0)
        #expect(try await verify(folder.file(), [seal]).count(of: .rewritten) == 1)
    }
}
