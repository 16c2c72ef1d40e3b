import EventLedger

/// Tells which rules a history breaks. It looks at nothing but the history.
struct HistoryChecker {
    /// A commit with all its attempts, and where its events stand in the log.
    struct Placed {
        let commit: Commit
        let attempts: [History.Attempt]
        /// The events of the log that have the ids of its events, in the order of the commit.
        let events: [RecordedEvent]

        var id: CommitID { commit.id }
        var receipts: [Receipt] {
            attempts.compactMap { if case .committed(let receipt) = $0.outcome { receipt } else { nil } }
        }
        var isOutcomeUnknown: Bool {
            attempts.contains { if case .unknown = $0.outcome { true } else { false } }
        }
        var isWhole: Bool { events.count == commit.appends.reduce(0) { $0 + $1.events.count } }
        var first: Position? { events.first?.position }
        var last: Position? { events.last?.position }
        /// It cannot have been made before; an attempt that was refused has not made it.
        var invokedAt: Int {
            attempts.filter { if case .conflict = $0.outcome { false } else { true } }.map(\.invokedAt).min() ?? .max
        }
        /// It was made by then; never, as far as anybody was told.
        var answeredAt: Int {
            attempts.filter { if case .committed = $0.outcome { true } else { false } }.map(\.answeredAt).min() ?? .max
        }
    }

    let history: History
    /// The commits, in the order in which they were sent first.
    let commits: [Placed]
    private(set) var violations: [HistoryViolation] = []

    private init(_ history: History) {
        self.history = history
        let log = Dictionary(history.log.map { ($0.id, $0) }) { first, _ in first }
        var attempts: [CommitID: [History.Attempt]] = [:]
        for attempt in history.attempts { attempts[attempt.commit.id, default: []].append(attempt) }
        commits = attempts.values.compactMap { attempts in
            attempts.first.map { first in
                Placed(
                    commit: first.commit, attempts: attempts, events: first.commit.events.compactMap { log[$0.id] }
                )
            }
        }.sorted { ($0.attempts.first?.invokedAt ?? 0) < ($1.attempts.first?.invokedAt ?? 0) }
    }

    /// The rules that a history breaks, each with what was found.
    ///
    /// - Complexity: O(n log n) with n attempts, reads and events, and O(events behind it) for each condition.
    static func violations(of history: History) -> [HistoryViolation] {
        var checker = HistoryChecker(history)
        checker.checkLog()
        checker.checkCommits()
        checker.checkExpectations()
        checker.checkConditions()
        checker.checkOrder()
        checker.checkRefusals()
        checker.checkSubscribers()
        checker.checkReads()
        return checker.violations
    }

    mutating func report(_ rule: HistoryRule, _ text: String) {
        violations.append(HistoryViolation(rule: rule, text: text))
    }

    // What the log says by itself.
    private mutating func checkLog() {
        var ids: Set<EventID> = []
        var revisions: [StreamName: Revision] = [:]
        let known = Set(history.attempts.flatMap { $0.commit.events.map(\.id) })
        for (index, event) in history.log.enumerated() {
            if event.position.rawValue != Int64(index + 1) {
                report(.positionsHaveNoGaps, "position \(event.position) stands where \(index + 1) should")
            }
            let revision = Revision((revisions[event.stream]?.rawValue ?? 0) + 1)
            if event.revision != revision {
                report(.revisionsHaveNoGaps, "\(event.stream)#\(event.revision) stands where \(revision) should")
            }
            revisions[event.stream] = event.revision
            if !ids.insert(event.id).inserted { report(.eventsAreThereOnce, "'\(event.id)' is there twice") }
            if !known.contains(event.id) { report(.nothingIsInvented, "nobody sent '\(event.id)'") }
        }
    }

    // What senders were told, and what the log holds of it.
    private mutating func checkCommits() {
        for placed in commits {
            let id = placed.id
            let positions = placed.events.map(\.position.rawValue)
            if !placed.events.isEmpty {
                let isContiguous = zip(positions, positions.dropFirst()).allSatisfy { $0 + 1 == $1 }
                if !placed.isWhole || !isContiguous {
                    report(.commitsAreWhole, "of '\(id)' the log has the positions \(positions)")
                }
                if !hasContent(placed) { report(.commitsAreWhole, "'\(id)' stands in the log with other content") }
            }
            for receipt in placed.receipts where !agrees(receipt, placed) {
                report(
                    .nothingAcknowledgedIsLost,
                    "'\(id)' was acknowledged at \(receipt.position); the log has it at \(positions)"
                )
            }
            if placed.receipts.isEmpty, !placed.isOutcomeUnknown, !placed.events.isEmpty {
                report(.refusalsLeaveNothing, "'\(id)' was refused, and stands in the log at \(positions)")
            }
            checkRepetitions(placed)
        }
    }

    private func hasContent(_ placed: Placed) -> Bool {
        let recorded = Dictionary(placed.events.map { ($0.id, $0) }) { first, _ in first }
        for append in placed.commit.appends {
            for event in append.events {
                guard let found = recorded[event.id] else { continue }
                guard found.stream == append.stream, found.type == event.type, found.data == event.data,
                    found.tags == event.tags
                else { return false }
            }
        }
        return true
    }

    private func agrees(_ receipt: Receipt, _ placed: Placed) -> Bool {
        placed.isWhole && receipt.commitID == placed.id && receipt.firstPosition == placed.first
            && receipt.position == placed.last
            && receipt.streams.allSatisfy { entry in
                placed.events.last { $0.stream == entry.stream }?.revision == entry.revision
            }
    }

    private mutating func checkRepetitions(_ placed: Placed) {
        let receipts = placed.receipts
        let originals = receipts.count { !$0.isDuplicate }
        // Where an outcome is unknown, that attempt may have had the original receipt.
        if originals > 1 || (originals == 0 && !receipts.isEmpty && !placed.isOutcomeUnknown) {
            report(.repetitionsAreToldAlike, "'\(placed.id)' has \(originals) receipts that are no repetition")
        }
        let contents = Set(
            receipts.map { receipt in
                var copy = receipt
                copy.isDuplicate = true
                return copy
            }
        )
        if contents.count > 1 { report(.repetitionsAreToldAlike, "'\(placed.id)' has \(contents.count) receipts") }
    }
}
