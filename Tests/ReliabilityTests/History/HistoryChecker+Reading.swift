import EventLedger

// What was seen while others wrote.
extension HistoryChecker {
    mutating func checkSubscribers() {
        for (number, delivered) in history.deliveries.enumerated() where delivered != history.log {
            let wrong = zip(delivered, history.log).first { $0 != $1 }
            let where_ = wrong.map { "was given \($0.position) in the place of \($1.position)" }
            report(
                .subscribersSeeEverythingOnce,
                "subscriber \(number) " + (where_ ?? "was given \(delivered.count) of \(history.log.count) events")
            )
        }
    }

    /// Whoever has seen a position never finds a new event at or below it; what was answered before a reader began is
    /// seen by it; and no reader sees less than one that was done before it began.
    mutating func checkReads() {
        let answered = Reach(commits.map { ($0.answeredAt, $0.last?.rawValue ?? 0) })
        let seen = Reach(history.reads.map { ($0.answeredAt, $0.reach.rawValue) })
        for read in history.reads {
            let expected = history.log.dropFirst(Int(read.behind.rawValue)).prefix(read.events.count)
            if !read.events.elementsEqual(expected) {
                let wrong = zip(read.events, expected).first { $0 != $1 }
                report(
                    .nothingIsSeenLate,
                    "behind \(read.behind) a reader found \(wrong?.0.position ?? 0) where the log has "
                        + "\(wrong?.1.position ?? 0)"
                )
            }
            for reach in [answered, seen] {
                guard let known = reach.greatest(before: read.invokedAt), known > read.reach.rawValue else { continue }
                report(
                    .nothingIsSeenLate,
                    "a reader saw nothing behind \(read.reach), though \(known) was known before it began"
                )
            }
        }
    }
}
