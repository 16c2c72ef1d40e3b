import EventLedgerTesting
import Foundation

/// How much the tests with processes do, and by which random numbers.
///
/// - `THOROUGH=1`: as much as belongs into a night.
/// - `EVENTLEDGER_SEED=n`: the random numbers of an earlier run, whose messages told its seed.
enum ProcessSettings {
    static let isThorough = ProcessInfo.processInfo.environment["THOROUGH"] == "1"

    /// The seed of this run.
    static let seed: UInt64 = {
        let given = ProcessInfo.processInfo.environment["EVENTLEDGER_SEED"].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: 1...UInt64(UInt32.max))
        print("Tests with processes: EVENTLEDGER_SEED=\(seed)")
        return seed
    }()

    /// What stands in the message of each test that fails.
    static var hint: String { "EVENTLEDGER_SEED=\(seed)" }

    /// How often something is done.
    static func count(_ ordinary: Int, thorough: Int) -> Int { isThorough ? thorough : ordinary }

    /// The random numbers of one test.
    ///
    /// - Parameter number: Tells the cases of a test, and tests, apart.
    static func generator(_ number: Int) -> SeededGenerator {
        SeededGenerator(seed: seed &+ UInt64(truncatingIfNeeded: number) &* 0xD134_2543_DE82_EF95)
    }
}
