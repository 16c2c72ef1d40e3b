import EventLedger
import EventLedgerSQLite
import Foundation
import TestSupport
import Testing

/// Several ledgers opened on one file stand for several processes: they share nothing but the file and its locks.
@Suite("One file, several ledgers") struct SharingTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func concurrentWritersNeverSeeALockedDatabase() async throws {
        let path = folder.file()
        let ledgers = try await open(4, path)
        let perWriter = 25
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, ledger) in ledgers.enumerated() {
                for writer in 0..<4 {
                    group.addTask {
                        for index in 0..<perWriter {
                            _ = try await ledger.commit {
                                try $0.append(
                                    DigestCreated(user: "u\(index)", papers: index), to: "shared-\(number)-\(writer)",
                                    expecting: .revision(Revision(Int64(index)))
                                )
                            }
                            if index % 10 == 0 { try await ledger.checkpoint() }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let events = try await ledgers[0].all()
        #expect(events.map(\.position.rawValue) == Array(1...Int64(16 * perWriter)))
        for ledger in ledgers { await ledger.close() }
    }

    @Test(.timeLimit(.minutes(10))) func aCheckpointHasItsTurnAmongCommitsThatNeverEnd() async throws {
        let ledger = try await SQLiteLedger.open(folder.file())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    var index = 0
                    while !Task.isCancelled {
                        index += 1
                        _ = try await ledger.commit {
                            try $0.append(DigestCreated(user: "ada", papers: index), to: "endless-\(writer)")
                        }
                    }
                }
            }
            try await ledger.waitForEvents(after: Checkpoint(Position(20)))
            try await ledger.checkpoint()
            group.cancelAll()
            // A commit that is cancelled while it waits says so.
            while let ended = await group.nextResult() {
                if case .failure(let error) = ended { #expect(error is CancellationError) }
            }
        }
        await ledger.close()
    }

    @Test func namesLearnedElsewhereAreSeen() async throws {
        let ledgers = try await open(2, folder.file())
        for round in 0..<6 {
            let ledger = ledgers[round % 2]
            let receipt = try await ledger.commit {
                try $0.append(
                    DigestCreated(user: "ada", papers: round), to: "digest-ada",
                    expecting: .revision(Revision(Int64(round)))
                )
            }
            #expect(receipt.position.rawValue == Int64(round + 1))
        }
        for ledger in ledgers { await ledger.close() }
    }

    @Test func aCommitElsewhereWakesAWaitingReader() async throws {
        let ledgers = try await open(2, folder.file())
        async let woken: Void = ledgers[0].waitForEvents(after: .start)
        _ = try await ledgers[1].commit(try Commit.digest(user: "ada"))
        try await woken
        #expect(try await ledgers[0].all().count == 1)
        for ledger in ledgers { await ledger.close() }
    }

    @Test func aStoppedHolderOfTheLockGivesOthersATimeout() async throws {
        let path = folder.file()
        let ledger = try await SQLiteLedger.open(path, options: SQLiteLedgerOptions(patience: .milliseconds(200)))
        let holder = try LockHolder(path: path + "-lock")
        #expect(await code { _ = try await ledger.commit(try Commit.digest(user: "ada")) } == .timeout)
        #expect(try await ledger.all().isEmpty)
        try holder.end()
        #expect(try await ledger.commit(try Commit.digest(user: "ada")).position == 1)
        await ledger.close()
    }

    /// Another ledger, with less patience, tells when the first commit has waited for a while. What came later then has that
    /// while once more: so long, so that a machine that stands still for seconds does not use it up.
    @Test func whoCameLaterWaitsOnWhenTheFirstGivesUp() async throws {
        let path = folder.file()
        let ledger = try await SQLiteLedger.open(path, options: SQLiteLedgerOptions(patience: .seconds(16)))
        let hasty = try await SQLiteLedger.open(path, options: SQLiteLedgerOptions(patience: .seconds(12)))
        let holder = try LockHolder(path: path + "-lock")
        async let first = code { _ = try await ledger.commit(try Commit.digest(user: "ada")) }
        #expect(await code { _ = try await hasty.commit(try Commit.digest(user: "bob")) } == .timeout)
        let commit = try Commit.digest(user: "cyd")
        async let later = ledger.commit(commit)
        let outcome = await first
        #expect(outcome == .timeout)
        try holder.end()
        let receipt = try await later
        #expect(receipt.position == 1)
        await hasty.close()
        await ledger.close()
    }

    private func open(_ count: Int, _ path: String) async throws -> [SQLiteLedger] {
        var ledgers: [SQLiteLedger] = []
        for _ in 0..<count { ledgers.append(try await SQLiteLedger.open(path)) }
        return ledgers
    }
}

/// Another process that holds the ledger's lock, and does nothing else.
private final class LockHolder {
    private let process: SpawnedProcess
    private let input = Pipe()
    /// Kept, or its last word would meet a broken pipe.
    private let output = Pipe()

    init(path: String) throws {
        let program = """
            import fcntl, struct, sys
            file = open(sys.argv[1], "r+")
            # struct flock: type, whence, start, length, pid; 37 is F_OFD_SETLK on Linux, 90 on macOS.
            fcntl.fcntl(file, 37 if sys.platform == "linux" else 90, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 1, 0))
            print("locked", flush=True)
            sys.stdin.read()
            """
        process = try SpawnedProcess(
            "python3", ["-c", program, path], input: input.fileHandleForReading.fileDescriptor,
            output: output.fileHandleForWriting.fileDescriptor)
        try output.fileHandleForWriting.close()
        // Returns when the line is there, or the process has ended.
        _ = output.fileHandleForReading.availableData
    }

    func end() throws {
        try input.fileHandleForWriting.close()
        process.waitForEnd()
    }
}
