import EventLedgerTesting
import TestSupport

extension TestRun {
    /// The random numbers of one test, by the seed of the run.
    ///
    /// - Parameter number: Tells the cases of a test, and tests, apart.
    /// - Throws: Where what was given is no seed.
    static func generator(_ number: Int) throws -> SeededGenerator {
        SeededGenerator(seed: try seed() &+ UInt64(truncatingIfNeeded: number) &* 0xD134_2543_DE82_EF95)
    }
}
