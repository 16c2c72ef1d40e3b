import EventLedger
import Testing

@testable import EventLedgerGCP

@Suite("What is asked of Firestore for events") struct FirestoreEventQueryTests {
    @Test("The server compares all that it can; what has several tags or many alternatives is compared again")
    func exactness() {
        let types = Set((0..<31).map { EventType("t\($0)") })
        let exact: [EventSelection] = [
            .all, .stream("a-1"), .category("a"), .types("a", "b"), .tags("x"),
            .query(EventQuery(types: ["a"], tags: ["x"]).or(EventQuery(tags: ["y"]))),
        ]
        let compared: [EventSelection] = [
            .tags("x", "y"), .query(EventQuery(types: types)),
            .query(EventQuery((0..<31).map { EventQuery.Item(tags: [EventTag("x\($0)")]) })),
        ]
        #expect(exact.allSatisfy { FirestoreEventQuery.filter(of: $0.scope).isExact })
        #expect(compared.allSatisfy { !FirestoreEventQuery.filter(of: $0.scope).isExact })
        #expect(FirestoreEventQuery.filter(of: compared[1].scope).filters.isEmpty)
    }

    @Test("Every query has an index among those that are generated")
    func indexes() {
        let indexes = FirestoreIndexes(declaredFields: [])
        for query in FirestoreEventQuery.shapes {
            for requirement in query.requiredIndexes { #expect(indexes.meet(requirement), "\(query)") }
        }
    }
}
