import ArgumentParser
import BenchSupport

/// How many events are appended, and how they are put together.
struct BulkOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How many events.", valueName: "n"))
    var events: Int

    @Option(help: ArgumentHelp("How many events a transaction is to hold.", valueName: "n"))
    var batch = 1000

    @Option(help: ArgumentHelp("How many commits are sent together; as the batch needs unless given.", valueName: "k"))
    var inFlight: Int?

    func validate() throws {
        try requirePositive(events, "--events")
        try requirePositive(batch, "--batch")
        try requirePositive(inFlight ?? 1, "--in-flight")
    }
}
