import Foundation

/// Which seeds the random tests run with, and how much they do.
///
/// `EVENTLEDGER_SEED` repeats a run whose seed a failure has printed. `THOROUGH=1` asks for many runs.
enum RandomRounds {
    static var isThorough: Bool { environment["THOROUGH"] == "1" }

    /// The seeds to run with.
    ///
    /// - Parameters:
    ///   - few: How many in an ordinary run.
    ///   - many: How many in a thorough one.
    static func seeds(_ few: Int, thorough many: Int) throws -> [UInt64] {
        if let text = environment["EVENTLEDGER_SEED"] {
            guard let seed = UInt64(text) else { throw NoSeed(text: text) }
            return [seed]
        }
        return (0..<(isThorough ? many : few)).map { _ in UInt64.random(in: .min ... .max) }
    }

    private static var environment: [String: String] { ProcessInfo.processInfo.environment }

    private struct NoSeed: Error, CustomStringConvertible {
        let text: String
        var description: String { "EVENTLEDGER_SEED is '\(text)'; a seed is a number from 0 to 2^64 - 1." }
    }
}
