import Foundation

/// The seed of a test with random values: that of the environment variable `EVENTLEDGER_TEST_SEED`, else a new one.
enum SealSeed {
    static func next() -> UInt64 {
        ProcessInfo.processInfo.environment["EVENTLEDGER_TEST_SEED"].flatMap { UInt64($0) }
            ?? .random(in: .min ... .max)
    }
}
