import EventLedger
import EventLedgerSQLite
import TestSupport
import Testing

/// The inspection finds what a crash could have done, or the tests with processes would prove nothing.
@Suite("Inspection of ledgers") struct LedgerInspectionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Writes six commits, the last of which completes the first one's task.
    private func write() async throws -> [Acknowledgement] {
        let ledger = try await SQLiteLedger.open(folder.file())
        var acknowledged: [Acknowledgement] = []
        for number in 1...6 {
            let leased =
                number < 6
                ? []
                : try await ledger.leasedTasks.lease(
                    from: [ChildSteps.queue], limit: 1, for: .seconds(60), worker: "tester")
            let commit = try ChildSteps.commit(
                number, of: "child1/0", to: ["steps-1", "steps-2"], completing: leased.first?.lease)
            let receipt = try await ledger.commit(commit)
            let line = ChildLine("ack \(commit.id) \(receipt.firstPosition ?? .start) \(receipt.position)")
            acknowledged.append(try #require(Acknowledgement(line)))
        }
        await ledger.close()
        return acknowledged
    }

    private func inspect(_ acknowledged: [Acknowledgement]) async throws -> LedgerInspection {
        let ledger = try await SQLiteLedger.open(folder.file())
        let inspection = try await LedgerInspection(ledger, acknowledged: acknowledged)
        await ledger.close()
        return inspection
    }

    @Test func aWholeLedgerHasNoProblems() async throws {
        let inspection = try await inspect(try await write())
        #expect(inspection.problems.isEmpty, "\(inspection.problems)")
        #expect(inspection.events == 12)
        #expect(inspection.commitCount == 6)
    }

    @Test(
        arguments: [
            "DELETE FROM events WHERE position = 12",
            "DELETE FROM events WHERE position = 3",
            "DELETE FROM documents WHERE id = 'child1/0/4'",
            "DELETE FROM documents WHERE collection = 'tallies'",
            "UPDATE documents SET version = version + 1 WHERE collection = 'tallies'",
            "UPDATE documents SET version = version + 1 WHERE id = 'child1/0/2'",
            "DELETE FROM tasks WHERE name = 'child1/0/5'",
            "UPDATE tasks SET state = 2, finished_at = 0 WHERE name = 'child1/0/3'",
            "UPDATE tasks SET state = 0 WHERE name = 'child1/0/1'",
            "DELETE FROM commits WHERE commit_id = 'child1/0/6'",
            "UPDATE events SET data = CAST('{\"x\":1}' AS BLOB) WHERE position = 5",
        ]
    )
    func whatACrashCouldHaveDoneIsFound(sql: String) async throws {
        let acknowledged = try await write()
        try await RawFile(path: folder.file()).tamper(sql)
        do {
            let inspection = try await inspect(acknowledged)
            #expect(!inspection.problems.isEmpty)
        } catch LedgerError.Code.decodingFailed {
            // Data that are of no known form end the inspection at once.
        }
    }

    @Test func aLostCommitIsFound() async throws {
        var acknowledged = try await write()
        let line = ChildLine("ack child1/0/7 13 14")
        acknowledged.append(try #require(Acknowledgement(line)))
        let problems = try await inspect(acknowledged).problems
        #expect(problems.contains { $0.contains("child1/0/7 is lost") }, "\(problems)")
    }
}
