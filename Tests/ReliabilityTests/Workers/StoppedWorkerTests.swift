import EventLedger
import EventLedgerSQLite
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A worker is stopped for longer than its lease lasts. When it comes back its task belongs to another, and whatever it
/// still wants to record is refused.
@Suite("Stopped workers", .timeLimit(.minutes(10))) struct StoppedWorkerTests {
    private static let patient = RetryPolicy(maxAttempts: nil, minBackoff: .zero, maxBackoff: .zero)

    @Test func aHolderThatComesBackAfterAnotherHasDoneTheTaskIsRefused() async throws {
        try await withChildren { children in
            try await enqueue(["errand"], .plain, in: children)
            let holder = try children.start("hold", ["lease": 300])
            #expect(try await holder.output.wait(for: 1, of: "holds"))
            try await children.stopAtRest(holder)
            // It waits until the lease has expired, and does the task.
            try await children.start("work", ["lease": 2000]).succeeded()

            holder.say("go")
            holder.send(SIGCONT)
            let told = try await holder.succeeded().lines.map(\.description)
            for refusal in ["extend", "complete", "release"] {
                #expect(told.contains("refused \(refusal) lease-lost"), "\(told)")
            }
            // Under the commit id of the task the effects are known: the answer is the first receipt, and nothing is written.
            #expect(told.contains("repeated record"), "\(told)")
            try await children.withLedger { ledger in
                let records = try await ErrandRecords(ledger)
                #expect(records.problems(where: ["errand"]).isEmpty, "\(records.problems(where: ["errand"]))")
                #expect(records.runs["errand"]?.map(\.worker) == [ChildGroup.name(2)])
            }
        }
    }

    @Test func aWorkerThatComesBackWhileAnotherHoldsItsTaskIsRefused() async throws {
        try await withChildren { children in
            try await enqueue(["errand"], .waits, in: children)
            // The first one's lease is waited for; the other's must not end, however slow the machine is.
            let stopped = try children.start("work", ["lease": 3000, "concurrency": 1])
            #expect(try await stopped.output.wait(forLine: "begin errand 1"))
            try await children.stopAtRest(stopped)
            let other = try children.start("work", ["lease": 60_000, "concurrency": 1])
            #expect(try await other.output.wait(forLine: "begin errand 2"))

            // It comes back, and its handler returns at once. It has one place, and so has the other, which is taken: it
            // begins a second errand when the first one's completion was refused.
            stopped.say("go")
            stopped.send(SIGCONT)
            try await enqueue(["second"], .plain, in: children)
            #expect(try await stopped.output.wait(forLine: "begin second 1"))
            try await children.withLedger { ledger in
                let records = try await ErrandRecords(ledger)
                #expect(records.runs["errand"] == nil)
                #expect(records.task("errand")?.state == .leased)
            }

            other.say("go")
            try await other.succeeded()
            let ending = try await stopped.succeeded()
            let report = try #require(ending.lines.last { $0.verb == "report" })
            #expect(report.number(6) >= 1, "No attempt was lost: \(report)")
            try await children.withLedger { ledger in
                let records = try await ErrandRecords(ledger)
                let problems = records.problems(where: ["errand", "second"])
                #expect(problems.isEmpty, "\(problems)")
                #expect((records.runs["errand"]?.first?.attempt ?? 0) >= 2)
            }
        }
    }

    private func enqueue(_ names: [String], _ manner: ChildErrands.Manner, in children: ChildGroup) async throws {
        try await children.withLedger { ledger in
            _ = try await ledger.leasedTasks.enqueue(
                try names.map { try ChildErrands.task($0, manner, retry: Self.patient) })
        }
    }
}
