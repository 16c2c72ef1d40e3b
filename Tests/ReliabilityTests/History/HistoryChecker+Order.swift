import EventLedger

// What commits required, and the order of things.
extension HistoryChecker {
    mutating func checkExpectations() {
        var winners: [StreamName: [Revision: Set<CommitID>]] = [:]
        for placed in commits where !placed.events.isEmpty {
            let recorded = Dictionary(placed.events.map { ($0.id, $0) }) { first, _ in first }
            for append in placed.commit.appends {
                guard let id = append.events.first?.id, let event = recorded[id] else { continue }
                let current = Revision(event.revision.rawValue - 1)
                if !append.expectation.holds(at: current, of: append.stream) {
                    report(
                        .expectationsHaveOneWinner,
                        "'\(placed.id)' expected \(append.expectation) of '\(append.stream)' and came behind \(current)"
                    )
                }
                if let revision = append.expectation.revision {
                    winners[append.stream, default: [:]][revision, default: []].insert(placed.id)
                }
            }
        }
        for (stream, revisions) in winners {
            for (revision, ids) in revisions where ids.count > 1 {
                report(
                    .expectationsHaveOneWinner, "\(ids.count) commits found '\(stream)' at \(revision): \(ids.sorted())"
                )
            }
        }
    }

    mutating func checkConditions() {
        for placed in commits {
            guard let first = placed.first else { continue }
            for condition in placed.commit.conditions {
                let found = events(behind: condition.position, before: first).first { condition.query.matches($0) }
                guard let found else { continue }
                report(
                    .conditionsHold,
                    "'\(placed.id)' at \(first) needed nothing behind \(condition.position); \(found.position) matches"
                )
            }
        }
    }

    /// A commit that was answered before another one was sent stands in front of it.
    mutating func checkOrder() {
        let placed = commits.filter { $0.first != nil }
        let answered = placed.filter { $0.answeredAt < .max }.sorted { $0.answeredAt < $1.answeredAt }
        var next = 0
        var latest: Placed?
        for commit in placed.sorted(by: { $0.invokedAt < $1.invokedAt }) {
            while next < answered.count, answered[next].answeredAt < commit.invokedAt {
                if answered[next].last ?? .start > latest?.last ?? .start { latest = answered[next] }
                next += 1
            }
            guard let latest, let last = latest.last, let first = commit.first, last >= first else { continue }
            report(
                .realTimeOrderIsKept,
                "'\(latest.id)' at \(last) was answered before '\(commit.id)' at \(first) was sent"
            )
        }
    }

    /// A refusal must have been right at some moment between question and answer.
    mutating func checkRefusals() {
        let placed = commits.filter { $0.first != nil }
        let answered = Reach(placed.map { ($0.answeredAt, $0.last?.rawValue ?? 0) })
        // What was sent later cannot have been the reason: the negative positions give the lowest of those.
        let invoked = Reach(placed.map { (-$0.invokedAt, -($0.first?.rawValue ?? 0)) })
        for commit in commits {
            for attempt in commit.attempts {
                switch attempt.outcome {
                case .committed, .unknown: continue
                case .refused(let code): report(.refusalsAreRight, "'\(commit.id)' was refused with '\(code)'")
                case .conflict(let facts):
                    let earliest = answered.greatest(before: attempt.invokedAt) ?? 0
                    let latest =
                        invoked.greatest(before: -attempt.answeredAt).map { -$0 - 1 } ?? Int64(history.log.count)
                    let isRight =
                        commit.answeredAt > attempt.invokedAt
                        && isRight(facts, commit.commit, from: earliest, through: max(earliest, latest))
                    guard !isRight else { continue }
                    report(
                        .refusalsAreRight,
                        "'\(commit.id)' was refused with \(facts.sorted { $0.key < $1.key }) between the positions "
                            + "\(earliest) and \(latest)"
                    )
                }
            }
        }
    }

    private func isRight(_ facts: [String: String], _ commit: Commit, from earliest: Int64, through latest: Int64)
        -> Bool
    {
        guard let found = facts["found"].flatMap({ Int64($0) }) else { return false }
        guard let stream = facts["stream"] else {
            guard found <= latest, let event = events(behind: Position(found - 1), before: Position(found + 1)).first
            else { return false }
            return commit.conditions.contains { $0.position.rawValue < found && $0.query.matches(event) }
        }
        let name = StreamName(stream)
        // The revision of a stream only grows, so every number in between was there at some moment.
        guard revision(of: name, at: earliest) <= found, found <= revision(of: name, at: latest) else { return false }
        return commit.appends.contains {
            $0.stream == name && !$0.expectation.holds(at: Revision(found), of: name)
        }
    }

    private func revision(of stream: StreamName, at position: Int64) -> Int64 {
        history.log.prefix(Int(position)).last { $0.stream == stream }?.revision.rawValue ?? 0
    }

    /// The events between two positions, neither included.
    private func events(behind position: Position, before end: Position) -> ArraySlice<RecordedEvent> {
        let count = Int64(history.log.count)
        let low = min(max(position.rawValue, 0), count), high = min(max(end.rawValue - 1, low), count)
        return history.log[Int(low)..<Int(high)]
    }
}

extension EventLedger.Expectation {
    func holds(at revision: Revision, of stream: StreamName) -> Bool {
        do {
            try check(revision, of: stream)
            return true
        } catch {
            return false
        }
    }

    /// The one revision that satisfies it.
    var revision: Revision? {
        switch self {
        case .any, .existing: nil
        case .newStream: 0
        case .revision(let revision): revision
        }
    }
}

/// The greatest of the values that were reached before a time.
struct Reach {
    private let steps: [(time: Int, greatest: Int64)]

    init(_ values: [(time: Int, value: Int64)]) {
        var steps: [(time: Int, greatest: Int64)] = []
        for (time, value) in values.sorted(by: { $0.time < $1.time }) {
            steps.append((time, max(value, steps.last?.greatest ?? .min)))
        }
        self.steps = steps
    }

    func greatest(before time: Int) -> Int64? {
        var low = 0, high = steps.count
        while low < high {
            let middle = (low + high) / 2
            if steps[middle].time < time { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : steps[low - 1].greatest
    }
}
