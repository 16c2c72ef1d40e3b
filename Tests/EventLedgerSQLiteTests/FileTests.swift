import EventLedger
import EventLedgerSQLite
import Foundation
import TestSupport
import Testing

@Suite("The ledger file") struct FileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func keepsEverythingWhenItIsReopened() async throws {
        let path = folder.file()
        let commit = try Commit.digest(user: "ada")
        let first = try await SQLiteLedger.open(path)
        let receipt = try await first.commit(commit)
        await first.close()

        let second = try await SQLiteLedger.open(path)
        let repeated = try await second.commit(commit)
        var expected = receipt
        expected.isDuplicate = true
        #expect(repeated == expected)
        #expect(try await second.all().count == 1)
        #expect(try await second.documents.get(Note.self, id: "ada")?.text == "hello")
        #expect(try await second.leasedTasks.statistics().first?.ready == 1)
        await second.close()
    }

    @Test func refusesAFileThatIsNotSQLiteAndLeavesItAlone() async throws {
        let path = folder.file("notes.txt")
        let content = Data(String(repeating: "This is not a ledger. ", count: 100).utf8)
        try content.write(to: URL(fileURLWithPath: path))
        #expect(await code { _ = try await SQLiteLedger.open(path) } == .corrupt)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == content)
    }

    @Test func refusesADirectoryAndPutsNothingBesideIt() async throws {
        let path = folder.file("ledgers")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        for mode in [SQLiteLedgerOptions.Mode.create, .existing, .readOnly] {
            let error = await #expect(throws: LedgerError.self) {
                _ = try await SQLiteLedger.open(path, options: SQLiteLedgerOptions(mode: mode))
            }
            #expect(error?.code == .corrupt)
            #expect(error?.message.contains("is a directory, not a ledger file") == true, "\(error?.message ?? "")")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["ledgers"])
    }

    @Test func refusesANewerSchemaAndLeavesItAlone() async throws {
        let path = folder.file()
        try await makeLedger(path)
        try folder.patch(path, at: 60, with: [0, 0, 0, 99])  // user_version, SQLite file format §1.3.18
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(await code { _ = try await SQLiteLedger.open(path) } == .schemaTooNew)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func refusesAnotherProgramsDatabase() async throws {
        let path = folder.file()
        try await makeLedger(path)
        try folder.patch(path, at: 68, with: [1, 2, 3, 4])  // application_id
        #expect(await code { _ = try await SQLiteLedger.open(path) } == .corrupt)
    }

    @Test func refusesASchemaVersionBelowZero() async throws {
        let path = folder.file()
        try await makeLedger(path)
        try folder.patch(path, at: 60, with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(await code { _ = try await SQLiteLedger.open(path) } == .corrupt)
    }

    @Test func makesNoLedgerOfAnEmptyFileThatWasToExist() async throws {
        let path = folder.file()
        try Data().write(to: URL(fileURLWithPath: path))
        for mode in [SQLiteLedgerOptions.Mode.existing, .readOnly] {
            let options = SQLiteLedgerOptions(mode: mode)
            #expect(await code { _ = try await SQLiteLedger.open(path, options: options) } == .corrupt)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).isEmpty)
    }

    /// An empty ledger whose pages all stand in the file itself.
    private func makeLedger(_ path: String) async throws {
        let ledger = try await SQLiteLedger.open(path)
        try await ledger.checkpoint()
        await ledger.close()
    }

    @Test func saysThatAFileOrFolderIsMissing() async throws {
        let options = SQLiteLedgerOptions(mode: .existing)
        #expect(await code { _ = try await SQLiteLedger.open(folder.file(), options: options) } == .notFound)
        #expect(await code { _ = try await SQLiteLedger.open(folder.file("none/ledger.sqlite")) } == .unavailable)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func onlyReadsWhereOnlyReadingWasAskedFor() async throws {
        let path = folder.file()
        let writer = try await SQLiteLedger.open(path)
        _ = try await writer.commit(try Commit.digest(user: "ada"))
        let reader = try await SQLiteLedger.open(path, options: SQLiteLedgerOptions(mode: .readOnly))
        #expect(try await reader.all().count == 1)
        #expect(await code { _ = try await reader.commit(try Commit.digest(user: "bob")) } == .readOnly)
        #expect(try await writer.all().count == 1)
        await reader.close()
        await writer.close()
    }

    @Test func aFullDiskLosesNothingAndLeavesNothingHalfWritten() async throws {
        let path = folder.file()
        let ledger = try await SQLiteLedger.open(path, options: SQLiteLedgerOptions(maximumPages: 60))
        var receipts: [Receipt] = []
        var refusal: LedgerError?
        for index in 0..<200 where refusal == nil {
            do {
                receipts.append(
                    try await ledger.commit {
                        let text = JSONValue.string(String(repeating: "x", count: 4000))
                        $0.append(
                            contentsOf: [NewEvent(type: "filled", data: JSONText(["text": text]))], to: "disk-\(index)"
                        )
                        try $0.put(Note(id: "note-\(index)", text: "there"))
                    }
                )
            } catch let error as LedgerError {
                refusal = error
            }
        }
        #expect(refusal?.code == .diskFull)
        #expect(!receipts.isEmpty)
        let events = try await ledger.all()
        #expect(events.map(\.position) == receipts.map(\.position))
        #expect(try await ledger.documents.collections() == [CollectionSummary(name: "notes", count: receipts.count)])
        await ledger.close()

        // With room again, the same file goes on where it stopped.
        let again = try await SQLiteLedger.open(path)
        let next = try await again.commit(try Commit.digest(user: "ada"))
        #expect(next.position.rawValue == Int64(receipts.count + 1))
        await again.close()
    }

    @Test func checkpointEmptiesTheLog() async throws {
        let path = folder.file()
        let ledger = try await SQLiteLedger.open(path)
        for index in 0..<20 { _ = try await ledger.commit(try Commit.digest(user: "user\(index)")) }
        #expect(try await ledger.statistics().walBytes > 0)
        try await ledger.checkpoint()
        let statistics = try await ledger.statistics()
        #expect(statistics.walBytes == 0)
        #expect(statistics.head == 20)
        await ledger.close()
    }

    @Test func refusesEverythingOnceItIsClosed() async throws {
        let ledger = try await SQLiteLedger.open(folder.file())
        await ledger.close()
        #expect(await code { _ = try await ledger.commit(try Commit.digest(user: "ada")) } == .closed)
        #expect(await code { _ = try await ledger.page(.all) } == .closed)
    }
}

extension Commit {
    /// A commit with an event, a document and a task.
    static func digest(user: String, id: CommitID? = nil) throws -> Commit {
        var commit = Commit(id: id ?? CommitID("digest-of-\(user)"))
        try commit.append(DigestCreated(user: user, papers: 20), to: "digest-\(user)", expecting: .newStream)
        try commit.put(Note(id: user, text: "hello"))
        try commit.enqueue(SendDigest(user: user), named: TaskName(user), in: "mail")
        return commit
    }
}

extension TemporaryFolder {
    /// Overwrites bytes of a file.
    func patch(_ path: String, at offset: UInt64, with bytes: [UInt8]) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.seek(toOffset: offset)
        try file.write(contentsOf: Data(bytes))
        try file.close()
    }
}
