import TestSupport

/// How large the tests of limits are: with `THOROUGH=1` as large as is promised, else what an ordinary run allows.
enum LimitsScale {
    static let streams = TestRun.count(20_000, thorough: 1_000_000)
    static let eventsInStream = TestRun.count(20_000, thorough: 1_000_000)
    static let subscribers = TestRun.count(1000, thorough: 10_000)
    static let deadLetterBytes = TestRun.count(20_000_000, thorough: 500_000_000)
}
