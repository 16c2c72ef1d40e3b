import ArgumentParser
import BenchSupport
import EventLedger
import EventLedgerGCP

/// Commits one event at a time, by one writer or many.
struct AppendRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "append",
        abstract: "Commits one event after the other to a new ledger on Firestore.",
        discussion: """
            EXAMPLE:
              cloud-bench append --project try-1 --commits 20000 --writers 64
            """)

    @OptionGroup var place: Place

    @Option(help: ArgumentHelp("How many commits in all.", valueName: "n"))
    var commits: Int

    @Option(help: ArgumentHelp("How many writers.", valueName: "n"))
    var writers = 1

    @Option(
        help: ArgumentHelp("How often the ledger is opened; each is as good as a process of its own.", valueName: "n"))
    var instances = 1

    @Option(
        help: ArgumentHelp(
            "How many partitions, each with a head of its own; a whole ledger unless given.", valueName: "n"))
    var partitions: Int?

    func validate() throws {
        try requirePositive(commits, "--commits")
        try requirePositive(writers, "--writers")
        try requirePositive(instances, "--instances")
        if let partitions { try requirePositive(partitions, "--partitions") }
    }

    func run() async throws {
        let cloud = try await place.cloud()
        if let partitions {
            let ledgers = try (0..<instances).map { _ in
                try PartitionedFirestoreLedger(on: cloud, partitions: partitions)
            }
            try await measure(ledgers) {
                try await $0.commit($1)
            } heads: { ledger in
                try (0..<partitions).map { try ledger.partition($0) }
            }
        } else {
            let ledgers = try (0..<instances).map { _ in try FirestoreLedger(on: cloud) }
            try await measure(ledgers) {
                try await $0.commit($1)
            } heads: {
                [$0]
            }
        }
    }

    private func measure<Ledger: EventReader>(
        _ ledgers: [Ledger], commit: @escaping @Sendable (Ledger, Commit) async throws -> Receipt,
        heads: (Ledger) throws -> [any EventReader]
    ) async throws {
        let events = SampleEvents()
        // The first commits make the ledger and connect; a peer's first is not in its time either.
        for ledger in ledgers { _ = try await commit(ledger, events.commit(0, by: writers)) }
        let watch = Stopwatch()
        try await inParallel(commits, by: writers) { number, writer in
            _ = try await commit(ledgers[writer % ledgers.count], events.commit(number, by: writer))
        }
        let measurement = watch.measurement(commits)
        var found: Int64 = 0
        for reader in try heads(ledgers[0]) { found += try await reader.head().position?.rawValue ?? 0 }
        guard found == Int64(commits + instances) else {
            throw BenchmarkFailure("There are \(found) events, not \(commits + instances). Run the row again.")
        }
        try measurement.report()
    }
}

/// Writes the events that are read.
struct PrepareRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prepare",
        abstract: "Writes events to a new ledger on Firestore, for reading.",
        discussion: """
            EXAMPLE:
              cloud-bench prepare --project try-1 --events 100000
            """)

    @OptionGroup var place: Place
    @OptionGroup var count: EventCount

    func run() async throws {
        let ledger = try FirestoreLedger(on: try await place.cloud())
        let watch = Stopwatch()
        try await SampleEvents().append(count.events, to: ledger)
        try watch.measurement(count.events).report()
    }
}

/// Reads all events.
struct ReadRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read",
        abstract: "Reads all events of a prepared ledger on Firestore in order.",
        discussion: """
            EXAMPLE:
              cloud-bench read --project try-1 --events 100000
            """)

    @OptionGroup var place: Place
    @OptionGroup var count: EventCount

    func run() async throws {
        let ledger = try FirestoreLedger(on: try await place.cloud())
        try await count.read(from: ledger)
    }
}

/// How many events there are.
struct EventCount: ParsableArguments {
    @Option(help: ArgumentHelp("How many events.", valueName: "n"))
    var events: Int

    func validate() throws { try requirePositive(events, "--events") }

    /// Reads all events and reports it; another number than expected is a failure.
    func read(from reader: some EventReader) async throws {
        var found = 0
        var bytes = 0
        let watch = Stopwatch()
        for try await event in reader.read(.all) {
            found += 1
            bytes += event.data.bytes.count
        }
        let measurement = watch.measurement(found, bytes: bytes)
        guard found == events else {
            throw BenchmarkFailure("\(found) events were read, not \(events). Prepare them anew.")
        }
        try measurement.report()
    }
}
