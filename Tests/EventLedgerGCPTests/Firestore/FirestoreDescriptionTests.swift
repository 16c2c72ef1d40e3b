import EventLedger
import GCPTestSupport
import Testing

@testable import EventLedgerGCP

@Suite("The description of a ledger on Firestore", .enabled(if: GCPServices.hasFirestore, GCPServices.hint))
struct FirestoreDescriptionTests {
    @Test("A ledger whose first commit was refused is described with the second one")
    func refusedAtFirst() async throws {
        let bench = LedgerBench()
        let ledger = try bench.openPartitioned(2)
        await #expect(throws: LedgerError.self) {
            try await ledger.commit { $0.append(contentsOf: [sample(1)], to: "a", expecting: .revision(5)) }
        }
        try await ledger.commit { $0.append(contentsOf: [sample(1)], to: "a", expecting: .newStream) }
        let database = FirestoreDatabase(on: GCPServices.cloud(project: bench.project))
        let description = try await database.read(["ledgers/main"], resource: "a ledger").documents["ledgers/main"]
        #expect(description?.fields["partitions"] == .integer(2))
        // Or somebody who takes it for another number would spread its streams in another way.
        await #expect(throws: LedgerError.self) {
            try await bench.openPartitioned(3).commit { $0.append(contentsOf: [sample(2)], to: "a") }
        }
    }

    @Test(
        "Numbers that cannot be counted on are refused",
        arguments: [Int64.max, .max - 1, -1, .min])
    func numbers(_ number: Int64) async throws {
        let bench = LedgerBench()
        let database = FirestoreDatabase(on: GCPServices.cloud(project: bench.project))
        _ = try await database.commit(
            [FirestoreWrite("ledgers/main/heads/0", .set(["position": .integer(number)]))], resource: "a ledger")
        let ledger = try bench.open()
        await #expect { try await ledger.head() } throws: { LedgerError.Code.corrupt ~= $0 }
        await #expect {
            try await ledger.commit { $0.append(contentsOf: [sample(1)], to: "a") }
        } throws: { LedgerError.Code.corrupt ~= $0 }
    }
}
