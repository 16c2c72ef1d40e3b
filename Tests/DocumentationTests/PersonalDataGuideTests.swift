import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import Testing

@Suite("The guide to the erasure of personal data") struct PersonalDataGuideTests {
    private let ledger = InMemoryLedger(clock: TestClock())
    private let keys = InMemorySubjectKeyStore()

    private func members() async throws -> [String] {
        var names: [String] = []
        for try await document in ledger.documents.all(DocumentQuery("members")) {
            names.append(document.fields["name"]?.stringValue ?? "")
        }
        return names.sorted()
    }

    @Test("Who is forgotten is gone from the documents, and the ledger verifies")
    func erasure() async throws {
        for (number, name) in [(7, "Ada"), (8, "Grace")] {
            let member = MemberJoined(name: name, email: "\(name)@example.org")
            try await join(member, as: number, in: ledger, keys: keys)
            try await join(member, as: number, in: ledger, keys: keys)
        }
        try await projectMembers(of: ledger, keys: keys)
        #expect(try await members() == ["Ada", "Grace"])
        try await forget(member: 7, in: ledger, keys: keys)
        #expect(try await members() == ["Grace"])
        #expect(try await ledger.head().position == 2)
        #expect(try await LedgerVerifier(ledger, .init(expectsProvenance: false)).verify().isSound)
        await #expect(throws: LedgerError.self) {
            try await join(MemberJoined(name: "Ada", email: ""), as: 7, in: ledger, keys: keys)
        }
    }

    @Test("The guide's path is that of a file in a folder that has to be there")
    func keyFile() async throws {
        let error = await #expect(throws: LedgerError.self) { _ = try await openKeys() }
        #expect(error?.code == .unavailable || error?.code == .readOnly)
    }
}
