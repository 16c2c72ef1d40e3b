import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Testing

/// An audit that finds nothing proves nothing unless it finds what is wrong.
@Suite("The audit") struct AuditTests {
    let ledger = InMemoryLedger(clock: TestClock())
    let work = AcknowledgedWork()

    @Test func findsNothingWhereAllIsWell() async throws {
        try await commit(8)
        let report = try await LedgerAudit(of: work, in: ledger).report()
        #expect(report.problems == [])
        #expect(report.present == Set(1...8))
    }

    @Test func findsHalfACommit() async throws {
        try await commit(3)
        try await ledger.documents.write([.delete(AcknowledgedWork.noteKey(2))])
        #expect(try await problems() == ["of commit 2 the document is missing beside its events"])
    }

    @Test func findsWhatWasWrittenTwice() async throws {
        try await commit(2)
        try await ledger.documents.write([.put(WorkTally(id: AcknowledgedWork.tallyID(2), last: 2))])
        #expect(try await problems() == ["tally-0 was written 2 times, last by 2, not 1 times, last by 2"])
    }

    @Test func findsWhatNobodyCommitted() async throws {
        try await commit(1)
        _ = try await ledger.commit {
            $0.append(contentsOf: [NewEvent(type: "stray", data: .emptyObject, id: "stray")], to: "stray")
            try $0.enqueue(WorkTask(item: 0), named: "stray", in: AcknowledgedWork.queue)
        }
        #expect(
            try await problems() == [
                "nobody committed the event 'stray' at position 3", "nobody enqueued the task 'work/stray#1'",
            ]
        )
    }

    @Test func findsAcknowledgedCommitsThatAreMissing() async throws {
        try await commit(2)
        let other = InMemoryLedger(clock: TestClock())
        let second = try #require(work.items.last)
        _ = try await other.commit(second.commit)
        let report = try await LedgerAudit(of: work, in: other).report()
        #expect(report.lost == [1])
        #expect(
            report.problems == [
                "commit 1 was acknowledged and is lost", "commit 2 stands elsewhere than its receipt says",
                "commit 2 is there, and of those before it [1] are not",
            ]
        )
    }

    private func commit(_ count: Int) async throws {
        for _ in 0..<count { try await work.commit(in: ledger) }
    }

    private func problems() async throws -> [String] {
        try await LedgerAudit(of: work, in: ledger).report().problems
    }
}
