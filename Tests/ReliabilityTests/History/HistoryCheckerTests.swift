import EventLedger
import Testing

extension ReliabilityTests {
    /// A checker that finds nothing proves nothing, unless it finds what is wrong.
    @Suite("The checker of histories") struct HistoryCheckerTests {
        @Test("finds nothing in a history that is right")
        func acceptsWhatIsRight() {
            let violations = HistoryChecker.violations(of: HandMadeHistory.make())
            #expect(violations.isEmpty, "\(violations)")
        }

        @Test("finds each thing that is wrong", arguments: HandMadeHistory.damages)
        func finds(_ damage: HandMadeHistory.Damage) {
            var history = HandMadeHistory.make()
            damage.apply(&history)
            let violations = HistoryChecker.violations(of: history)
            #expect(violations.contains { $0.rule == damage.rule }, "\(damage): \(violations)")
        }

        @Test("is tried with every rule")
        func isTriedWithEveryRule() {
            #expect(Set(HandMadeHistory.damages.map(\.rule)) == Set(HistoryRule.allCases))
        }

        @Test("accepts a history in which nothing happened")
        func acceptsNothing() {
            #expect(HistoryChecker.violations(of: History()).isEmpty)
        }
    }
}
