import EventLedger
import EventLedgerInMemory
import Testing

/// A batch is written as it is checked, so what a refused one wrote has to be taken back.
struct DocumentUndoTests {
    let ledger = InMemoryLedger()

    @Test func aRefusedBatchTakesBackWhatItWrote() async throws {
        let key = DocumentKey("papers", "1")
        try await ledger.documents.write([.put(key, ["n": 1])])
        let error = await #expect(throws: LedgerError.self) {
            try await ledger.documents.write([
                .delete(key), .put(key, ["n": 2], if: .absent), .put(DocumentKey("papers", "2"), [:], if: .present),
            ])
        }
        #expect(error?.code == .conflict)
        let documents = try await ledger.documents.documents([key, DocumentKey("papers", "2")])
        #expect(documents == [Document(key: key, fields: ["n": 1], version: 1)])
    }
}
