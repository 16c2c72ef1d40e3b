import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
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

    @Test("A lost answer does not make a commit twice, and its caller does not take it for an old one")
    func swallowedAnswer() async throws {
        let bench = LedgerBench()
        // The first commit is made on what was read, the second on what is remembered.
        let single = try bench.open(through: UnreliableTransport([.swallow, .pass, .swallow]))
        for number in 1...3 {
            let receipt = try await single.commit {
                $0.append(contentsOf: [sample(number)], to: "a", expecting: .revision(Revision(Int64(number - 1))))
                $0.write(.put(DocumentKey("papers", DocumentID("\(number)")), ["n": 1], if: .absent))
            }
            #expect(!receipt.isDuplicate)
            #expect(receipt.position.rawValue == Int64(number))
        }
        let ledger = try bench.open(through: UnreliableTransport([.swallow, .swallow, .swallow]))
        let number = 8
        let receipts = try await withThrowingTaskGroup(of: Receipt.self) { group in
            for number in 0..<number {
                group.addTask { try await ledger.commit { $0.append(contentsOf: [sample(number)], to: "b") } }
            }
            var receipts: [Receipt] = []
            for try await receipt in group { receipts.append(receipt) }
            return receipts
        }
        #expect(receipts.allSatisfy { !$0.isDuplicate })
        let events = try await ledger.all()
        #expect(events.count == 3 + number)
        expectWhole(events)
    }

    @Test(
        "What passes is outlasted",
        arguments: [(429, "RESOURCE_EXHAUSTED"), (500, "INTERNAL"), (503, "UNAVAILABLE"), (409, "ABORTED")]
    )
    func passingRefusals(_ status: Int, _ reason: String) async throws {
        let bench = LedgerBench()
        let ledger = try bench.open(
            through: UnreliableTransport(Array(repeating: .answer(status, reason), count: 4))
        )
        let first = try await ledger.commit { $0.append(contentsOf: [sample(1)], to: "a", expecting: .newStream) }
        let second = try await ledger.commit { $0.append(contentsOf: [sample(2)], to: "a", expecting: .revision(1)) }
        #expect([first.position, second.position] == [1, 2])
        expectWhole(try await ledger.all())
    }

    @Test("A service that stays away ends a commit at its deadline, and it can be sent again")
    func deadline() async throws {
        let bench = LedgerBench()
        let away = try bench.open(
            through: UnreliableTransport(Array(repeating: .answer(503, "UNAVAILABLE"), count: 100_000))
        ) { $0.commitDeadline = .milliseconds(300) }
        var commit = Commit(id: "once")
        commit.append(contentsOf: [sample(1)], to: "a")
        let sent = commit
        await #expect { try await away.commit(sent) } throws: { LedgerError.Code.unavailable ~= $0 }
        let receipt = try await bench.open().commit(sent)
        #expect(!receipt.isDuplicate)
        #expect(receipt.position == 1)
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

    @Test("Who is cancelled while the commit waits takes it back")
    func cancelled() async throws {
        let gate = Gate(), base = GCPServices.transport
        let transport = ScriptedTransport { request in
            await gate.wait()
            return try await base.send(request)
        }
        let bench = LedgerBench()
        let ledger = try bench.open(through: transport)
        let first = Task { try await ledger.commit { $0.append(contentsOf: [sample(1)], to: "a") } }
        while transport.requests.isEmpty { await Task.yield() }
        let second = Task { try await ledger.commit { $0.append(contentsOf: [sample(2)], to: "a") } }
        second.cancel()
        await #expect(throws: CancellationError.self) { _ = try await second.value }
        gate.open()
        #expect(try await first.value.position == 1)
        #expect(try await bench.open().all().count == 1)
    }

    @Test("A commit id is remembered for its time; then the events tell")
    func retention() async throws {
        let clock = TestClock()
        let bench = LedgerBench(clock: clock)
        let ledger = try bench.open { $0.commitRetention = .seconds(100) }
        let events = (0..<25).map { sample($0) }
        let original = try await ledger.commit(id: "id") {
            $0.append(contentsOf: events, to: "a")
            $0.append(contentsOf: [sample(100)], to: "b")
        }
        try await ledger.commit { $0.append(contentsOf: [sample(101)], to: "a") }
        clock.advance(by: .seconds(99))
        let known = try await ledger.commit(id: "id") { $0.append(contentsOf: [sample(102)], to: "c") }
        #expect(known.isDuplicate)
        #expect(known.position == original.position)
        clock.advance(by: .seconds(2))
        let again = try await ledger.commit(id: "other") { $0.append(contentsOf: events, to: "a") }
        #expect(again.isDuplicate)
        #expect(again.commitID == "other")
        #expect(again.position == original.position)
        #expect(again.streams == original.streams)
        let reused = try await ledger.commit(id: "id") { $0.append(contentsOf: [sample(103)], to: "c") }
        #expect(!reused.isDuplicate)
        // The id is another commit's now: its events still tell their own.
        let byEvents = try await ledger.commit(id: "third") { $0.append(contentsOf: events, to: "a") }
        #expect(byEvents.position == original.position)
        #expect(byEvents.commitID == "third")
    }

    @Test("Large events are read in pages that hold")
    func largeEvents() async throws {
        let ledger = try LedgerBench().open()
        let text = String(repeating: "x", count: LedgerLimits.eventDataBytes - 20)
        for number in 0..<60 {
            let data = JSONText(.object(["t": .string(text)]))
            try await ledger.commit {
                $0.append(contentsOf: [NewEvent(type: "t", data: data)], to: StreamName("a-\(number)"))
            }
        }
        expectWhole(try await ledger.all())
    }

    @Test("Events of another ledger are brought in as they are, once, and continued")
    func importing() async throws {
        let source = InMemoryLedger()
        for number in 0..<30 {
            try await source.commit {
                $0.append(contentsOf: [sample(number), sample(number)], to: StreamName("s-\(number % 4)"))
            }
        }
        let events = try await source.all()
        let bench = LedgerBench()
        let ledger = try bench.open()
        try await ledger.importEvents(Array(events.prefix(20)))
        try await ledger.importEvents(events)
        try await ledger.importEvents(events)
        #expect(try await ledger.all() == events)
        // What was imported is known by its id.
        let sent = NewEvent(
            type: events[3].type, data: events[3].data, tags: events[3].tags, id: events[3].id
        )
        let known = try await ledger.commit {
            $0.append(contentsOf: [sent], to: events[3].stream)
        }
        #expect(known.isDuplicate)
        #expect(known.position == events[3].position)
        let receipt = try await ledger.commit { $0.append(contentsOf: [sample(99)], to: "s-0") }
        #expect(receipt.position == 61)
        expectWhole(try await bench.open().all())
        let more = Array(events.suffix(1))
        try await ledger.importEvents(more)
        let other = try LedgerBench().open()
        try await other.commit { $0.append(contentsOf: [sample(1)], to: "x") }
        await #expect { try await other.importEvents(events) } throws: { LedgerError.Code.conflict ~= $0 }
    }

    @Test("A ledger's layout is checked: another number of partitions, a newer format, a name that is none")
    func layout() async throws {
        let bench = LedgerBench()
        try await bench.openPartitioned(3).commit { $0.append(contentsOf: [sample(1)], to: "a") }
        let whole = try bench.open()
        await #expect { try await whole.commit { $0.append(contentsOf: [sample(1)], to: "a") } } throws: {
            LedgerError.Code.invalidValue ~= $0
        }
        let newer = LedgerBench()
        let database = FirestoreDatabase(cloud: GCPServices.cloud(project: newer.project))
        _ = try await database.commit(
            [FirestoreWrite("ledgers/main", .set(["format": .integer(2), "partitions": .integer(1)]))], resource: "x"
        )
        let ledger = try newer.open()
        await #expect { try await ledger.commit { $0.append(contentsOf: [sample(1)], to: "a") } } throws: {
            LedgerError.Code.schemaTooNew ~= $0
        }
        #expect { try FirestoreLedger(cloud: GCPServices.cloud(), name: "a/b") } throws: {
            LedgerError.Code.invalidName ~= $0
        }
    }
}
