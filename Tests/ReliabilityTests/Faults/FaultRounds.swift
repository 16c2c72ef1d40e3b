import Foundation

/// How much the tests of faults do, and with which seeds.
///
/// `EVENTLEDGER_SEED` repeats a round whose seed a failure has printed; `THOROUGH=1` asks for many rounds.
enum FaultRounds {
    static var isThorough: Bool { environment["THOROUGH"] == "1" }

    /// The seed that was given, or one by chance.
    static var seed: UInt64 { givenSeed ?? UInt64.random(in: .min ... .max) }

    /// The seeds of the rounds of a test.
    static func seeds(_ few: Int, thorough many: Int) -> [UInt64] {
        if let givenSeed { return [givenSeed] }
        return (0..<(isThorough ? many : few)).map { _ in seed }
    }

    private static var givenSeed: UInt64? { environment["EVENTLEDGER_SEED"].flatMap { UInt64($0) } }

    private static var environment: [String: String] { ProcessInfo.processInfo.environment }
}
