import EventLedger
import GCPTestSupport
import Testing

@testable import EventLedgerGCP

@Suite("What is too large for Firestore") struct TooLargeTests {
    @Test("Our limits come first: nothing is sent") func ourLimits() async throws {
        let transport = ScriptedTransport.answering(200, "[]")
        let ledger = try FirestoreLedger(on: transport.cloud)
        let text = String(repeating: "x", count: 1 << 20)
        let data = JSONText(["t": .string(text)])
        let key = DocumentKey("papers", "1")
        let refusals: [@Sendable () async throws -> Void] = [
            { try await ledger.commit { $0.append(contentsOf: [NewEvent(type: "t", data: data)], to: "s") } },
            { try await ledger.commit { $0.write(.put(key, ["t": .string(text)])) } },
            { try await ledger.documents.write([.put(key, ["t": .string(text)])]) },
            { _ = try await ledger.tasks.enqueue([NewTask(kind: "k", payload: data, in: "work")]) },
        ]
        for refused in refusals {
            await #expect { try await refused() } throws: { error in
                LedgerError.Code.limitExceeded ~= error && !"\(error)".contains("xxxx")
            }
        }
        #expect(transport.requests.isEmpty)
    }

    @Test(
        "Firestore's own are an error that names what was written",
        .enabled(if: GCPServices.hasFirestore, GCPServices.hint))
    func googlesLimits() async throws {
        let database = FirestoreDatabase(on: GCPServices.cloud())
        for count in [1_048_577, 6_000_000] {
            let write = FirestoreWrite(
                "a/b", .set(["x": .bytes([UInt8](repeating: 120, count: count))]), if: .exists(false))
            await #expect { _ = try await database.commit([write], resource: "a thing") } throws: { error in
                LedgerError.Code.limitExceeded ~= error && "\(error)".contains("a thing")
            }
        }
    }

    @Test(
        "Commits that are too large together are made one by one",
        .enabled(if: GCPServices.hasFirestore, GCPServices.hint), .timeLimit(.minutes(10)))
    func together() async throws {
        let bench = LedgerBench()
        // The emulator takes 4 MiB a request.
        let ledger = try bench.open { $0.bytesPerGroup = 64 << 20 }
        let data = JSONText(["t": .string(String(repeating: "x", count: 700_000))])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<16 {
                group.addTask {
                    let event = NewEvent(type: "test.large", data: data)
                    try await ledger.commit { $0.append(contentsOf: [event], to: StreamName("s-\(number)")) }
                }
            }
            try await group.waitForAll()
        }
        let events = try await ledger.all()
        #expect(events.count == 16)
        expectWhole(events)
    }
}
