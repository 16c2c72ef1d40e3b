import Foundation

/// How much the tests of this run do, and by which random numbers.
///
/// - `THOROUGH=1`: as much as belongs into a night.
/// - `EVENTLEDGER_SEED=n`: the random numbers of an earlier run, whose messages told its seed.
package enum TestRun {
    package static let isThorough = ProcessInfo.processInfo.environment["THOROUGH"] == "1"

    /// How often something is done, or how large it is.
    package static func count(_ ordinary: Int, thorough: Int) -> Int { isThorough ? thorough : ordinary }

    /// The seed of this run: the one that was given, else a new one.
    ///
    /// - Throws: Where what was given is no seed.
    package static func seed() throws -> UInt64 { try given.get() ?? own }

    /// A seed for each round of a test.
    ///
    /// - Parameters:
    ///   - few: How many rounds an ordinary run has.
    ///   - many: How many a thorough one has.
    /// - Returns: New seeds, or the one that was given.
    /// - Throws: Where what was given is no seed.
    package static func seeds(_ few: Int, thorough many: Int) throws -> [UInt64] {
        if let seed = try given.get() { return [seed] }
        return (0..<count(few, thorough: many)).map { _ in .random(in: .min ... .max) }
    }

    /// What stands in the message of each test that fails with the seed of the run.
    package static var hint: String { hint((try? seed()) ?? own) }

    /// What stands in the message of a test that fails with a seed of its own.
    package static func hint(_ seed: UInt64) -> String { "\(variable)=\(seed)" }

    private static let variable = "EVENTLEDGER_SEED"

    private static let given: Result<UInt64?, NoSeed> = {
        guard let text = ProcessInfo.processInfo.environment[variable] else { return .success(nil) }
        guard let seed = UInt64(text) else { return .failure(NoSeed(text: text)) }
        return .success(seed)
    }()

    /// Few digits, so that it can be typed; told at once, in case that a test ends the process.
    private static let own: UInt64 = {
        let seed = UInt64.random(in: 1...UInt64(UInt32.max))
        print("Random numbers: \(hint(seed))")
        return seed
    }()

    private struct NoSeed: Error, CustomStringConvertible {
        let text: String
        var description: String { "\(variable) is '\(text)'; a seed is a number from 0 to 2^64 - 1." }
    }
}
