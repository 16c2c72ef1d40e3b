import EventLedger
import EventLedgerTesting
import TestSupport
import Testing

extension ReliabilityTests {
    /// Random steps on the SQLite ledger, opened twice, and on the ledger in memory, which is the model.
    @Suite("Model-based") struct ModelBasedTests {
        @Test("The SQLite ledger does what the ledger in memory does", arguments: ModelProfile.allCases)
        func agrees(_ profile: ModelProfile) async throws {
            for seed in try TestRun.seeds(4, thorough: 250) {
                let steps = TestRun.isThorough && seed.isMultiple(of: 5) ? 400 : 80
                let failure = try await ModelFailure.find(profile, seed: seed, steps: steps) { clock, profile in
                    try SQLiteSubject(clock: clock, profile: profile)
                }
                guard let failure else { continue }
                Issue.record("\(failure)")
                return
            }
        }

        @Test("A broken ledger is found out by a few steps", arguments: BrokenSubject.Fault.allCases)
        func findsOut(_ fault: BrokenSubject.Fault) async throws {
            // One seed may not meet the fault, but many do.
            for seed in UInt64(1)...40 {
                let found = try await ModelFailure.find(.everything, seed: seed, steps: 80) { clock, profile in
                    BrokenSubject(fault, clock: clock, profile: profile)
                }
                guard let found else { continue }
                #expect(found.commands.count <= 6, "\(found)")
                // The short list fails by itself, and the same list on a ledger that is whole does not.
                let whole = ModelRun(profile: .everything) { clock, profile in
                    try SQLiteSubject(clock: clock, profile: profile)
                }
                let remaining = try await whole.firstDisagreement(found.commands)
                #expect(remaining == nil, "\(found)")
                return
            }
            Issue.record("No seed found the ledger that \(fault).")
        }

        @Test("The same seed makes the same steps, and another one others")
        func isDeterministic() {
            func steps(_ seed: UInt64) -> [String] {
                var generator = CommandGenerator(profile: .everything, seed: seed)
                return generator.commands(100).map(\.description)
            }
            #expect(steps(7) == steps(7))
            #expect(steps(7) != steps(8))
            #expect(steps(7).allSatisfy { !$0.contains("\n") })
        }

        @Test("Every kind of step comes up")
        func isComplete() {
            var kinds: Set<String> = []
            for seed in UInt64(0)..<20 {
                for profile in ModelProfile.allCases {
                    var generator = CommandGenerator(profile: profile, seed: seed)
                    for command in generator.commands(150) { kinds.insert(command.action.kind) }
                }
            }
            #expect(kinds.count == 24, "\(kinds.sorted())")
        }

        @Test("Shrinking leaves what is needed, and nothing else")
        func shrinks() async {
            let needed: Set<Int> = [3, 41, 42, 97]
            let shortest = await Shrinking.shortest(of: Array(0..<100), attempts: 1000) { list in
                needed.isSubset(of: list)
            }
            #expect(shortest == needed.sorted())
        }
    }
}
