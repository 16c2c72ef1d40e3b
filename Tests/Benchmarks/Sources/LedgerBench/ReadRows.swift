import ArgumentParser
import EventLedger
import EventLedgerSQLite

/// Reads every event.
struct ReadAllRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read-all",
        abstract: "Reads every event of a prepared ledger in order.",
        discussion: """
            EXAMPLE:
              ledger-bench read-all --ledger /data/million.sqlite
            """)

    @OptionGroup var file: LedgerFile

    func run() async throws {
        let (ledger, events) = try await file.openPrepared()
        var tally = ReadTally()
        let start = ContinuousClock.now
        for try await event in ledger.read() { tally.count(event) }
        let measurement = tally.measurement(since: start)
        await ledger.close()
        try tally.require(events)
        try measurement.report()
    }
}

/// Reads whole streams.
struct ReadStreamRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read-stream",
        abstract: "Reads whole streams of 100 events of a prepared ledger, now here, now there.",
        discussion: """
            EXAMPLE:
              ledger-bench read-stream --ledger /data/million.sqlite --times 2000
            """)

    @OptionGroup var file: LedgerFile

    @OptionGroup var repeated: RepeatedReading

    func run() async throws {
        let (ledger, events) = try await file.openPrepared()
        let streams = try repeated.names(of: Content.eventsPerStream, in: events)
        var choice = LinearSequence()
        var tally = ReadTally()
        let start = ContinuousClock.now
        for _ in 0..<repeated.times {
            let stream = Content.stream(choice.next(below: streams))
            for try await event in ledger.read(.stream(stream)) { tally.count(event) }
        }
        let measurement = tally.measurement(since: start)
        await ledger.close()
        try tally.require(repeated.times * Content.eventsPerStream)
        try measurement.report()
    }
}

/// Reads the events of a tag.
struct ReadTagRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read-tag",
        abstract: "Reads all events of a tag of a prepared ledger, 1,000 each time.",
        discussion: """
            EXAMPLE:
              ledger-bench read-tag --ledger /data/million.sqlite --times 200
            """)

    @OptionGroup var file: LedgerFile

    @OptionGroup var repeated: RepeatedReading

    func run() async throws {
        let (ledger, events) = try await file.openPrepared()
        let runs = try repeated.names(of: Content.eventsPerRun, in: events)
        var choice = LinearSequence()
        var tally = ReadTally()
        let start = ContinuousClock.now
        for _ in 0..<repeated.times {
            let tag = Content.runTag(of: choice.next(below: runs) * Content.eventsPerRun)
            for try await event in ledger.read(.tags(tag)) { tally.count(event) }
        }
        let measurement = tally.measurement(since: start)
        await ledger.close()
        try tally.require(repeated.times * Content.eventsPerRun)
        try measurement.report()
    }
}
