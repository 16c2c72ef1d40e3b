import EventLedger
import EventLedgerTesting

/// A small history, made by hand, in which everything is right, and the ways to make it wrong.
enum HandMadeHistory {
    /// A change that breaks a rule.
    struct Damage: Sendable, CustomStringConvertible {
        let rule: HistoryRule
        let description: String
        let apply: @Sendable (inout History) -> Void

        init(_ rule: HistoryRule, _ description: String, _ apply: @escaping @Sendable (inout History) -> Void) {
            self.rule = rule
            self.description = description
            self.apply = apply
        }
    }

    /// Two commits after each other, one that lost the race against the second, one that was given up and was made,
    /// one that was given up and was not, a repetition, a condition that did not hold, two readers and a subscriber.
    static func make() -> History {
        let first = commit("first", ["a", "b"], to: "s-1", .newStream, tags: ["red"])
        var second = commit("second", ["c"], to: "s-1", .revision(2))
        second.require(nothingMatching: EventQuery(tags: ["red"]), after: 2)
        let beaten = commit("beaten", ["d"], to: "s-1", .revision(2))
        let made = commit("made", ["e", "f"], to: "s-2", .any)
        let gone = commit("gone", ["g"], to: "s-2", .any)
        var late = commit("late", ["h"], to: "s-3", .newStream)
        late.require(nothingMatching: EventQuery(tags: ["red"]), after: 0)
        let log = [
            event("a", 1, "s-1", 1, tags: ["red"]), event("b", 2, "s-1", 2, tags: ["red"]), event("c", 3, "s-1", 3),
            event("e", 4, "s-2", 1), event("f", 5, "s-2", 2),
        ]
        var history = History()
        history.attempts = [
            attempt(first, 1, 2, .committed(receipt("first", 1, 2, "s-1", 2))),
            attempt(second, 3, 6, .committed(receipt("second", 3, 3, "s-1", 3))),
            attempt(beaten, 4, 7, .conflict(["stream": "s-1", "expected": "2", "found": "3"])),
            attempt(made, 5, 8, .unknown),
            attempt(gone, 9, 10, .unknown),
            attempt(first, 11, 12, .committed(receipt("first", 1, 2, "s-1", 2, isDuplicate: true))),
            attempt(late, 13, 14, .conflict(["expected": "nothing after 0", "found": "1"])),
        ]
        history.reads = [
            History.Read(behind: 0, invokedAt: 15, answeredAt: 16, events: log),
            History.Read(behind: 3, invokedAt: 17, answeredAt: 18, events: Array(log[3...])),
        ]
        history.deliveries = [log]
        history.log = log
        return history
    }

    static func commit(
        _ id: CommitID, _ ids: [EventID], to stream: StreamName, _ expectation: EventLedger.Expectation,
        tags: [EventTag] = []
    ) -> Commit {
        var commit = Commit(id: id)
        commit.append(contentsOf: ids.map { new($0, tags: tags) }, to: stream, expecting: expectation)
        return commit
    }

    static func event(
        _ id: EventID, _ position: Position, _ stream: StreamName, _ revision: Revision, tags: [EventTag] = []
    ) -> RecordedEvent {
        .sample(new(id, tags: tags), position: position, stream: stream, revision: revision)
    }

    static func receipt(
        _ id: CommitID, _ first: Position, _ last: Position, _ stream: StreamName, _ revision: Revision,
        isDuplicate: Bool = false
    ) -> Receipt {
        Receipt(
            commitID: id, firstPosition: first, position: last, recordedAt: TestClock.start,
            streams: [.init(stream: stream, revision: revision)], tasks: [], isDuplicate: isDuplicate
        )
    }

    static func attempt(
        _ commit: Commit, _ invokedAt: Int, _ answeredAt: Int, _ outcome: History.Outcome
    ) -> History.Attempt {
        History.Attempt(client: 0, commit: commit, invokedAt: invokedAt, answeredAt: answeredAt, outcome: outcome)
    }

    private static func new(_ id: EventID, tags: [EventTag]) -> NewEvent {
        NewEvent(type: "noted", data: .emptyObject, tags: tags, id: id)
    }
}
