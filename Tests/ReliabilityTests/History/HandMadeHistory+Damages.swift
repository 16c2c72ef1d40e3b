import EventLedger
import EventLedgerTesting

extension HandMadeHistory {
    /// At least one for each rule.
    static let damages: [Damage] = [
        Damage(.positionsHaveNoGaps, "a position is left out") {
            $0.log[4] = event("f", 6, "s-2", 2)
        },
        Damage(.positionsHaveNoGaps, "a position is given twice") {
            $0.log[3] = event("e", 3, "s-2", 1)
        },
        Damage(.revisionsHaveNoGaps, "a revision is left out") {
            $0.log[2] = event("c", 3, "s-1", 4)
        },
        Damage(.eventsAreThereOnce, "an event stands in the log twice") {
            $0.log.append(event("e", 6, "s-2", 3))
        },
        Damage(.nothingIsInvented, "an event stands in the log that nobody sent") {
            $0.log.append(event("x", 6, "s-2", 3))
        },
        Damage(.commitsAreWhole, "half of a commit whose outcome is unknown was made") {
            $0.log.removeLast()
        },
        Damage(.commitsAreWhole, "another commit's event stands between two of a commit") {
            $0.log[3] = event("e", 4, "s-2", 1)
            $0.log[4] = event("g", 5, "s-2", 2)
            $0.log.append(event("f", 6, "s-2", 3))
        },
        Damage(.commitsAreWhole, "an event stands in another stream than was said") {
            $0.log[4] = event("f", 5, "s-9", 1)
        },
        Damage(.nothingAcknowledgedIsLost, "an acknowledged commit is not in the log") {
            $0.log = [
                event("a", 1, "s-1", 1, tags: ["red"]), event("b", 2, "s-1", 2, tags: ["red"]),
                event("e", 3, "s-2", 1), event("f", 4, "s-2", 2),
            ]
        },
        Damage(.nothingAcknowledgedIsLost, "a commit stands elsewhere than its receipt says") {
            $0.attempts[1].outcome = .committed(receipt("second", 5, 5, "s-1", 3))
        },
        Damage(.nothingAcknowledgedIsLost, "a receipt says another revision than the log") {
            $0.attempts[1].outcome = .committed(receipt("second", 3, 3, "s-1", 2))
        },
        Damage(.refusalsLeaveNothing, "a refused commit was made all the same") {
            $0.log.append(event("d", 6, "s-1", 4))
        },
        Damage(.expectationsHaveOneWinner, "two commits found the same revision") {
            $0.log.append(event("d", 6, "s-1", 4))
            $0.attempts[2].outcome = .committed(receipt("beaten", 6, 6, "s-1", 4))
        },
        Damage(.expectationsHaveOneWinner, "a new stream was expected, and it was not new") {
            $0.attempts[3].commit = commit("made", ["e", "f"], to: "s-1", .newStream)
            $0.log[3] = event("e", 4, "s-1", 4)
            $0.log[4] = event("f", 5, "s-1", 5)
        },
        Damage(.conditionsHold, "a commit was made although an event matched its condition") {
            $0.log.append(event("h", 6, "s-3", 1))
            $0.attempts[6].outcome = .committed(receipt("late", 6, 6, "s-3", 1))
        },
        Damage(.realTimeOrderIsKept, "a commit stands in front of one that was answered before it was sent") {
            $0.attempts[0].invokedAt = 30
            $0.attempts[0].answeredAt = 31
            $0.attempts[5].invokedAt = 32
            $0.attempts[5].answeredAt = 33
        },
        Damage(.repetitionsAreToldAlike, "a repetition has the receipt of another place") {
            $0.attempts[5].outcome = .committed(receipt("first", 1, 2, "s-1", 3, isDuplicate: true))
        },
        Damage(.repetitionsAreToldAlike, "a repetition is told as if it were the first") {
            $0.attempts[5].outcome = .committed(receipt("first", 1, 2, "s-1", 2))
        },
        Damage(.refusalsAreRight, "the stream was where it was expected when the commit was refused") {
            $0.attempts[2].outcome = .conflict(["stream": "s-1", "expected": "2", "found": "2"])
        },
        Damage(.refusalsAreRight, "the stream had not come so far when the commit was refused") {
            $0.attempts[1].invokedAt = 8
            $0.attempts[1].answeredAt = 9
        },
        Damage(.refusalsAreRight, "the stream had long gone on when the commit was refused") {
            $0.attempts[2].outcome = .conflict(["stream": "s-1", "expected": "2", "found": "1"])
        },
        Damage(.refusalsAreRight, "the event that was in the way does not match the condition") {
            $0.attempts[6].outcome = .conflict(["expected": "nothing after 0", "found": "3"])
        },
        Damage(.refusalsAreRight, "a commit that had been made was refused when it was repeated") {
            $0.attempts[5].outcome = .conflict(["stream": "s-1", "expected": "new", "found": "3"])
        },
        Damage(.refusalsAreRight, "a commit was refused with something that is no conflict") {
            $0.attempts[2].outcome = .refused(.corrupt)
        },
        Damage(.subscribersSeeEverythingOnce, "a subscriber was not given an event") {
            $0.deliveries[0].remove(at: 1)
        },
        Damage(.subscribersSeeEverythingOnce, "a subscriber was given an event twice") {
            $0.deliveries[0].insert($0.log[2], at: 3)
        },
        Damage(.subscribersSeeEverythingOnce, "a subscriber was given two events in the wrong order") {
            $0.deliveries[0].swapAt(1, 2)
        },
        Damage(.nothingIsSeenLate, "a reader saw a position, and not the one below it") {
            $0.reads[0].events.remove(at: 2)
        },
        Damage(.nothingIsSeenLate, "a reader saw less than another one before it") {
            $0.reads[1].events.removeLast()
        },
        Damage(.nothingIsSeenLate, "a reader did not see what had been acknowledged before") {
            $0.reads = [History.Read(behind: 0, invokedAt: 15, answeredAt: 16, events: Array($0.log[..<2]))]
        },
    ]
}
