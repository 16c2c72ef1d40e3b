import ArgumentParser
import BenchSupport

/// How often, and from which part of a prepared ledger, something is read by name.
struct RepeatedReading: ParsableArguments {
    @Option(help: ArgumentHelp("How often something is read.", valueName: "k"))
    var times: Int

    @Option(help: ArgumentHelp("How many events were prepared; all there are unless given.", valueName: "n"))
    var events: Int?

    func validate() throws {
        try requirePositive(times, "--times")
        try requirePositive(events ?? 1, "--events")
    }

    /// How many names have all of their events in the prepared part.
    func names(of size: Int, in all: Int) throws -> Int {
        let names = min(events ?? all, all) / size
        guard names >= 1 else {
            throw BenchmarkFailure("The ledger has too few events. Prepare it with \(size) or more.")
        }
        return names
    }
}
