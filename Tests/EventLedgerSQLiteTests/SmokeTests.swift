import EventLedger
import EventLedgerSQLite
import Foundation
import Testing

struct DigestCreated: Event {
    static let eventType: EventType = "digest.created"
    let user: String, papers: Int
    var tags: Set<EventTag> { ["user:\(user)"] }
}
struct SendDigest: TaskPayload {
    static let kind: TaskKind = "send-digest"
    let user: String
}

@Suite struct SmokeTests {
    @Test func commitsAndReads() async throws {
        let folder = try TemporaryFolder()
        let ledger = try await SQLiteLedger.open(folder.file())
        let receipt = try await ledger.commit {
            try $0.append(DigestCreated(user: "ada", papers: 20), to: "digest-ada", expecting: .newStream)
            try $0.enqueue(SendDigest(user: "ada"), named: "ada-2026-11-21", in: "mail")
        }
        #expect(receipt.position == 1)
        var events: [RecordedEvent] = []
        for try await event in ledger.read(.stream("digest-ada").backwards.limit(10)) { events.append(event) }
        #expect(events.count == 1)
        #expect(try events.first?.decode(DigestCreated.self)?.papers == 20)
        let query = try await ledger.page(.query(EventQuery(types: ["digest.created"], tags: ["user:ada"])))
        #expect(query.events.count == 1)
        await #expect { _ = try await ledger.commit { try $0.append(DigestCreated(user: "ada", papers: 1), to: "digest-ada", expecting: .newStream) } } throws: {
            LedgerError.Code.conflict ~= $0
        }
        let leased = try await ledger.leasedTasks.lease(from: ["mail"], limit: 1, for: .seconds(5), worker: "w")
        #expect(leased.count == 1)
        _ = try await ledger.commit { $0.complete(leased[0].lease) }
        print(try await ledger.statistics())
        await ledger.close()
    }

    @Test func rate() async throws {
        let folder = try TemporaryFolder()
        let ledger = try await SQLiteLedger.open(folder.file())
        let clock = ContinuousClock()
        let bulk = try await clock.measure {
            for index in 0..<100 {
                _ = try await ledger.commit { commit in
                    commit.append(contentsOf: try (0..<500).map { try NewEvent(DigestCreated(user: "u\($0)", papers: index)) }, to: "digest-\(index % 10)")
                }
            }
        }
        print("bulk 50,000 events", bulk)
        let many = try await clock.measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for w in 0..<64 {
                    group.addTask {
                        for i in 0..<50 { _ = try await ledger.commit { try $0.append(DigestCreated(user: "a", papers: i), to: "w-\(w)") } }
                    }
                }
                try await group.waitForAll()
            }
        }
        print("64 writers x 50", many)
        let one = try await clock.measure {
            for i in 0..<300 { _ = try await ledger.commit { try $0.append(DigestCreated(user: "a", papers: i), to: "one") } }
        }
        print("1 writer x 300", one)
        var count = 0
        let read = try await clock.measure { for try await _ in ledger.read() { count += 1 } }
        print("read", count, read)
        await ledger.close()
    }
}
