import EventLedger
import GCPTestSupport
import TestSupport
import Testing

@testable import EventLedgerGCP

@Suite(
    "A ledger on Firestore outlasts faults", .enabled(if: GCPServices.hasFirestore, GCPServices.hint),
    .timeLimit(.minutes(10))
)
struct FirestoreLedgerFaultTests {
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
        // It says so, also through a transport that would go on trying for a minute; or it says nothing at all.
        let refusing = ScriptedTransport.answering(503, #"{"error":{"code":503,"message":"","status":"UNAVAILABLE"}}"#)
        let silent = ScriptedTransport { _ in
            try await Task.sleep(for: .seconds(3600))
            throw notConnected
        }
        let transports: [(any HTTPTransport, LedgerError.Code, deadline: Duration)] = [
            (refusing, .unavailable, .seconds(2)), (RetryingTransport(refusing), .unavailable, .seconds(2)),
            (silent, .timeout, .milliseconds(300)),
        ]
        var commit = Commit(id: "once")
        commit.append(contentsOf: [sample(1)], to: "a")
        let sent = commit
        for (transport, code, deadline) in transports {
            // The code with which the commit ends.
            func end(within deadline: Duration) async throws -> LedgerError.Code? {
                let away = try bench.open(through: transport) { $0.commitDeadline = deadline }
                let start = ContinuousClock.now
                let error = await #expect(throws: LedgerError.self) { try await away.commit(sent) }
                // With room for what else the machine does, and less than without the deadline.
                #expect(ContinuousClock.now - start < deadline + .seconds(27))
                return error?.code
            }
            var ended = try await end(within: deadline)
            // A machine that stalled through all of the time has heard no refusal in it.
            if ended == .timeout, code != .timeout { ended = try await end(within: .seconds(30)) }
            #expect(ended == code)
        }
        let receipt = try await bench.open().commit(sent)
        #expect(!receipt.isDuplicate)
        #expect(receipt.position == 1)
    }

    @Test("Who is cancelled while the commit waits takes it back")
    func cancelled() async throws {
        let gate = Gate(), base = GCPServices.transport
        let transport = ScriptedTransport { request in
            try await gate.wait()
            return try await base.send(request)
        }
        let bench = LedgerBench()
        let ledger = try bench.open(through: transport)
        let first = Task { try await ledger.commit { $0.append(contentsOf: [sample(1)], to: "a") } }
        try await yieldUntil { !transport.requests.isEmpty }
        let second = Task { try await ledger.commit { $0.append(contentsOf: [sample(2)], to: "a") } }
        second.cancel()
        await #expect(throws: CancellationError.self) { _ = try await second.value }
        gate.open()
        #expect(try await first.value.position == 1)
        #expect(try await bench.open().all().count == 1)
    }

    @Test("What the service does not take of one commit does not keep others of its group")
    func oneUnacceptable() async throws {
        let gate = Gate(), base = GCPServices.transport, started = Shared(0)
        let transport = ScriptedTransport { request in
            try await gate.wait()
            let isRefused =
                request.url.hasSuffix(":commit") && String(decoding: request.body, as: UTF8.self).contains("poison")
            guard isRefused else { return try await base.send(request) }
            let body = #"{"error":{"code":400,"message":"scripted","status":"INVALID_ARGUMENT"}}"#
            return HTTPResponse(status: 400, body: Array(body.utf8))
        }
        let bench = LedgerBench()
        let ledger = try bench.open(through: transport)
        let outcomes = try await withThrowingTaskGroup(of: (Int, LedgerError.Code?).self) { group in
            for number in 0..<20 {
                group.addTask {
                    let stream: StreamName = number == 7 ? "poison" : "a"
                    started.change { $0 += 1 }
                    do {
                        try await ledger.commit { $0.append(contentsOf: [sample(number)], to: stream) }
                        return (number, nil)
                    } catch let error as LedgerError {
                        return (number, error.code)
                    }
                }
            }
            try await yieldUntil { !transport.requests.isEmpty && started.value == 20 }
            gate.open()
            var outcomes: [Int: LedgerError.Code] = [:]
            for try await (number, code) in group { outcomes[number] = code }
            return outcomes
        }
        #expect(outcomes == [7: .invalidValue])
        // The one is found by halves: of 20, 10, 5, 3, 2, 1, each beside another half. One by one it would be 20 and more.
        #expect(transport.requests.count { $0.url.hasSuffix(":commit") } < 20)
        let events = try await bench.open().all()
        #expect(events.count == 19)
        expectWhole(events)
    }

    @Test("A condition that takes long keeps nobody else waiting")
    func slowCondition() async throws {
        let gate = Gate(), isAsked = Gate(), base = GCPServices.transport
        let transport = ScriptedTransport { request in
            if request.url.hasSuffix(":runQuery"), String(decoding: request.body, as: UTF8.self).contains("slow-tag") {
                isAsked.open()
                try await gate.wait()
            }
            return try await base.send(request)
        }
        let bench = LedgerBench()
        let ledger = try bench.open(through: transport)
        try await ledger.commit { $0.append(contentsOf: [sample(1), sample(2)], to: "a") }
        let slow = Task {
            try await ledger.commit {
                $0.require(nothingMatching: EventQuery(tags: ["slow-tag"]), after: Position.start)
                $0.append(contentsOf: [sample(3)], to: "b")
            }
        }
        try await isAsked.wait()
        for number in 4...6 {
            try await ledger.commit { $0.append(contentsOf: [sample(number)], to: "a") }
        }
        gate.open()
        #expect(try await slow.value.position == 6)
        expectWhole(try await bench.open().all())
    }

    @Test("What a condition forbids is found also where it was committed while the condition was looked at")
    func forbiddenMeanwhile() async throws {
        let gate = Gate(), isAsked = Gate(), base = GCPServices.transport
        let transport = ScriptedTransport { request in
            let response = try await base.send(request)
            if request.url.hasSuffix(":runQuery"), String(decoding: request.body, as: UTF8.self).contains("slow-tag") {
                isAsked.open()
                try await gate.wait()
            }
            return response
        }
        let bench = LedgerBench()
        let ledger = try bench.open(through: transport)
        try await ledger.commit { $0.append(contentsOf: [sample(1)], to: "a") }
        var commit = Commit(id: "conditional")
        commit.require(nothingMatching: EventQuery(tags: ["slow-tag"]), after: Position.start)
        commit.append(contentsOf: [sample(3)], to: "b")
        let sent = commit
        let refused = Task { try await ledger.commit(sent) }
        try await isAsked.wait()
        try await bench.open().commit {
            $0.append(contentsOf: [NewEvent(type: "t", data: .emptyObject, tags: ["slow-tag"])], to: "c")
        }
        gate.open()
        await #expect { _ = try await refused.value } throws: { ($0 as? LedgerError)?.code == .conflict }
        #expect(try await bench.open().all().count == 2)
    }
}
