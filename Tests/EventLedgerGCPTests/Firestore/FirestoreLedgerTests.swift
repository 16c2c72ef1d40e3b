import EventLedger
import GCPTestSupport
import Synchronization
import TestSupport
import Testing

@testable import EventLedgerGCP

@Suite("A ledger on Firestore", .enabled(if: GCPServices.hasFirestore, GCPServices.hint))
struct FirestoreLedgerTests {
    @Test("Two that have it open append side by side: no gap, nothing lost, nothing twice")
    func sideBySide() async throws {
        let bench = LedgerBench()
        let ledgers = [try bench.open(), try bench.open()]
        let count = TestRun.count(60, thorough: 600)
        let receipts = try await withThrowingTaskGroup(of: Receipt.self) { group in
            for number in 0..<count {
                group.addTask {
                    try await ledgers[number % 2].commit {
                        $0.append(contentsOf: [sample(number)], to: StreamName("own-\(number % 7)"))
                        $0.append(contentsOf: [sample(number)], to: "shared-by-all")
                    }
                }
            }
            var receipts: [Receipt] = []
            for try await receipt in group { receipts.append(receipt) }
            return receipts
        }
        #expect(receipts.allSatisfy { !$0.isDuplicate })
        let events = try await ledgers[0].all()
        #expect(events.count == 2 * count)
        expectWhole(events)
        #expect(Set(events.map(\.id)).count == events.count)
        let positions = receipts.compactMap(\.firstPosition?.rawValue).sorted()
        #expect(positions == (0..<Int64(count)).map { 2 * $0 + 1 })
    }

    @Test("A counter that two raise by expectation loses no step")
    func counter() async throws {
        let bench = LedgerBench()
        let ledgers = [try bench.open(), try bench.open()]
        let steps = 8
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    var done = 0
                    while done < steps {
                        let ledger = ledgers[worker % 2]
                        let last = try await ledger.lastEvent(of: "counter")
                        do {
                            _ = try await ledger.commit {
                                $0.append(
                                    contentsOf: [sample(done)], to: "counter",
                                    expecting: .revision(last?.revision ?? 0)
                                )
                            }
                            done += 1
                        } catch LedgerError.Code.conflict {}
                    }
                }
            }
            try await group.waitForAll()
        }
        let events = try await ledgers[1].all()
        #expect(events.count == 4 * steps)
        expectWhole(events)
    }

    @Test("Who appends alone makes one call for a commit")
    func oneCall() async throws {
        let transport = UnreliableTransport([])
        let ledger = try LedgerBench().open(through: transport)
        try await ledger.commit { $0.append(contentsOf: [sample(0)], to: "a") }
        let before = transport.methods.count
        for number in 1...5 {
            try await ledger.commit {
                $0.append(contentsOf: [sample(number)], to: "a", expecting: .revision(Revision(Int64(number))))
                $0.append(contentsOf: [sample(number)], to: StreamName("new-\(number)"), expecting: .newStream)
            }
        }
        #expect(transport.methods.dropFirst(before) == Array(repeating: ":commit", count: 5)[...])
    }

    @Test("Commits that wait together are made together")
    func groups() async throws {
        let transport = UnreliableTransport([])
        let ledger = try LedgerBench().open(through: transport)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask { try await ledger.commit { $0.append(contentsOf: [sample(number)], to: "a") } }
            }
            try await group.waitForAll()
        }
        #expect(transport.methods.count { $0 == ":commit" } < 50)
        expectWhole(try await ledger.all())
    }

    @Test("A query of more alternatives than the service takes is answered all the same, and so is a condition")
    func manyAlternatives() async throws {
        let ledger = try LedgerBench().open()
        let types = (0..<40).map { EventType("type-\($0)") }
        for number in 0..<80 {
            try await ledger.commit {
                $0.append(contentsOf: [sample(number, type: types[number % 40], tags: ["t-\(number % 3)"])], to: "a")
            }
        }
        let many = EventQuery(types: Set(types.prefix(35)))
        let mixed = EventQuery(types: Set(types.prefix(20)), tags: ["t-0"]).or(EventQuery(tags: ["t-1", "t-2"]))
        let events = try await ledger.all()
        for query in [many, mixed] {
            #expect(try await ledger.all(.query(query)) == events.filter { query.matches($0) })
            let last = try #require(events.last { query.matches($0) }).position
            await #expect {
                try await ledger.commit {
                    $0.require(nothingMatching: query, after: Position(last.rawValue - 1))
                    $0.append(contentsOf: [sample(0)], to: "b")
                }
            } throws: { error in
                (error as? LedgerError)?.details["found"] == "\(last)"
            }
            try await ledger.commit { $0.require(nothingMatching: query, after: last) }
        }
    }

    @Test("Conditions are looked up side by side", .timeLimit(.minutes(10)))
    func conditionsTogether() async throws {
        let bench = LedgerBench()
        try await bench.open().commit { $0.append(contentsOf: [sample(1)], to: "a") }
        let count = 8, asked = Mutex(0), all = Gate(), base = GCPServices.transport
        let transport = ScriptedTransport { request in
            if request.url.hasSuffix(":runQuery") {
                let number = asked.withLock { asked in
                    asked += 1
                    return asked
                }
                if number == count { all.open() }
                try await all.wait()
            }
            return try await base.send(request)
        }
        let receipt = try await bench.open(through: transport).commit { commit in
            for number in 0..<count {
                commit.require(nothingMatching: EventQuery(tags: [EventTag("t-\(number)")]), after: Position(0))
            }
            commit.append(contentsOf: [sample(2)], to: "a")
        }
        #expect(receipt.position == 2)
    }

    @Test("What was found of a ledger that has been deleted since counts for nothing")
    func judgedInVain() async throws {
        let ledger = try LedgerBench().open()
        try await ledger.commit { $0.append(contentsOf: [sample(1), sample(2)], to: "a") }
        let condition = CommitCondition(nothingMatching: EventQuery(types: [sample(1).type]), after: .start)
        let query = FirestoreEventQuery(ledger.partition)
        func found(_ known: ConditionJudgement) async throws -> Position? {
            try await query.judge([condition], knowing: [condition: known], through: 2)[condition]?.found
        }
        #expect(try await found(ConditionJudgement(through: 1000, found: nil)) == 1)
        #expect(try await found(ConditionJudgement(through: 1000, found: 700)) == 1)
        #expect(try await found(ConditionJudgement(through: 1, found: nil)) == 2)
        #expect(try await found(ConditionJudgement(through: 2, found: nil)) == nil)
    }

    @Test("What must not be there must not be there when the commit is made")
    func deletedByNobody() async throws {
        let bench = LedgerBench()
        let other = try bench.open(), base = GCPServices.transport, isFirst = Mutex(true)
        let key = DocumentKey("papers", "1")
        let transport = ScriptedTransport { request in
            let isNow =
                request.url.hasSuffix(":commit")
                && isFirst.withLock { isFirst in
                    defer { isFirst = false }
                    return isFirst
                }
            if isNow { try await other.documents.write(DocumentBatch([.put(key, ["n": 1])])) }
            return try await base.send(request)
        }
        let ledger = try bench.open(through: transport)
        await #expect {
            try await ledger.commit {
                $0.write(.delete(key, if: .absent))
                $0.append(contentsOf: [sample(1)], to: "a")
            }
        } throws: {
            LedgerError.Code.conflict ~= $0
        }
        #expect(try await other.all().isEmpty)
        #expect(try await other.documents.documents([key]).count == 1)
    }

    @Test("Many tasks whose names are used again cost few calls")
    func namesUsedAgain() async throws {
        let bench = LedgerBench(), transport = UnreliableTransport([])
        let ledger = try bench.open(through: transport)
        let tasks = (0..<20).map {
            NewTask(kind: "test.job", payload: JSONText([:]), named: TaskName("t-\($0)"), in: "work")
        }
        _ = try await ledger.tasks.enqueue(tasks)
        for task in tasks { _ = try await ledger.tasks.cancel(task.name, in: task.queue) }
        let before = transport.methods.count
        let receipt = try await ledger.commit { commit in for task in tasks { commit.enqueue(task) } }
        #expect(receipt.tasks.map(\.key.generation) == Array(repeating: 2, count: tasks.count))
        #expect(transport.methods.count - before < 6)
    }

    @Test("Who waits is told of what another process appends")
    func waiting() async throws {
        let bench = LedgerBench()
        let ledger = try bench.open(), other = try bench.open()
        for number in 1...3 {
            let head = try await ledger.head()
            async let woken: Void = ledger.waitForEvents(after: head)
            try await other.commit { $0.append(contentsOf: [sample(number)], to: "a") }
            try await woken
            #expect(try await ledger.head() == Checkpoint(Position(Int64(number))))
        }
    }
}
