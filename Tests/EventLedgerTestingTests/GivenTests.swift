import EventLedger
import EventLedgerTesting
import Testing

private struct Opened: Event {
    static let eventType: EventType = "hall.opened"
    let seats: Int
}

private struct Taken: Event {
    static let eventType: EventType = "seat.taken"
    let guest: String
    var tags: Set<EventTag> { ["guest:\(guest)"] }
}

private enum HallError: Error, Equatable { case full, alreadyTaken }

private struct Hall {
    var seats = 0
    var guests: Set<String> = []
}

private enum Fact {
    case opened(Int), taken(String)
}

private func evolve(_ hall: Hall, _ fact: Fact) -> Hall {
    var hall = hall
    switch fact {
    case .opened(let seats): hall.seats = seats
    case .taken(let guest): hall.guests.insert(guest)
    }
    return hall
}

private func take(_ guest: String, in hall: Hall) throws -> [any Event] {
    guard !hall.guests.contains(guest) else { throw HallError.alreadyTaken }
    guard hall.guests.count < hall.seats else { throw HallError.full }
    return [Taken(guest: guest)]
}

@Suite("Given, when, then for decisions") struct GivenTests {
    @Test func aDecisionMakesEvents() throws {
        try Given([Fact.opened(1)], from: Hall(), evolve: evolve)
            .when { try take("ada", in: $0) }
            .then(Taken(guest: "ada"))
    }

    @Test func aDecisionThrows() throws {
        let given = Given([Fact.opened(1), .taken("ada")], from: Hall(), evolve: evolve)
        try given.when { try take("ada", in: $0) }.thenThrows(HallError.alreadyTaken)
        try given.when { try take("bob", in: $0) }.thenThrows(HallError.full)
        try given.when { _ in throw LedgerError(.forbidden, "No.") }.thenThrows(LedgerError.Code.forbidden)
    }

    @Test func aDecisionMakesNothing() throws {
        try Given(state: Hall()).when { _ in [] }.thenNothing()
    }

    @Test func aDecisionFillsACommit() throws {
        try Given(Opened(seats: 1))
            .when(filling: { commit, events in
                try commit.append(Opened(seats: events.count), Taken(guest: "ada"), to: "hall-1")
            })
            .then(Opened(seats: 1), Taken(guest: "ada"))
    }

    @Test func whatDiffersIsSaid() throws {
        let decision = Given(state: Hall()).when { _ in [Taken(guest: "ada")] }
        let same = NewEvent(type: "seat.taken", data: try JSONText(#"{"guest":"ada"}"#), tags: ["guest:ada"])
        #expect(decision.difference(from: [same]) == nil)
        let others = [
            NewEvent(type: "seat.lost", data: same.data, tags: same.tags),
            NewEvent(type: "seat.taken", schemaVersion: 2, data: same.data, tags: same.tags),
            NewEvent(type: "seat.taken", data: try JSONText(#"{"guest":"bob"}"#), tags: same.tags),
            NewEvent(type: "seat.taken", data: same.data),
        ]
        for other in others {
            let difference = try #require(decision.difference(from: [other]))
            #expect(difference.utf8.count > 20)
        }
        #expect(decision.difference(from: []) != nil)
        #expect(decision.difference(from: [same, same]) != nil)
    }

    @Test func aDifferenceIsAnIssueInATest() throws {
        withKnownIssue { try Given(state: Hall()).when { _ in [] }.then(Taken(guest: "ada")) }
        withKnownIssue { try Given(state: Hall()).when { _ in [Taken(guest: "ada")] }.thenNothing() }
        withKnownIssue { try Given(state: Hall()).when { _ in [] }.thenThrows(HallError.full) }
        withKnownIssue {
            try Given(state: Hall()).when { _ in throw HallError.full }.thenThrows(HallError.alreadyTaken)
        }
    }

    @Test func outsideOfATestADifferenceIsThrown() async throws {
        // A detached task belongs to no test.
        let task = Task.detached { try Given(state: Hall()).when { _ in [] }.then(Taken(guest: "ada")) }
        await #expect(throws: SpecificationFailure.self) { try await task.value }
    }
}
