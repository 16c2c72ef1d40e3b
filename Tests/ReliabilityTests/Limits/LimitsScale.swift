import Foundation

/// How large the tests of limits are: with `THOROUGH=1` as large as is promised, else what an ordinary run allows.
enum LimitsScale {
    static let isThorough = ProcessInfo.processInfo.environment["THOROUGH"] == "1"

    static let streams = isThorough ? 1_000_000 : 20_000
    static let eventsInStream = isThorough ? 1_000_000 : 20_000
    static let subscribers = isThorough ? 10_000 : 1000
    static let deadLetterBytes = isThorough ? 500_000_000 : 20_000_000

    /// The seed of what is picked at random: `LIMITS_SEED`, or a new one.
    static let seed =
        ProcessInfo.processInfo.environment["LIMITS_SEED"].flatMap { UInt64($0) } ?? .random(in: .min ... .max)

    /// For the message of a test that fails.
    static let seedText = "LIMITS_SEED=\(seed)"
}
