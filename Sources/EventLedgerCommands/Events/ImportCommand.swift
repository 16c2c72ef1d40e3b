public import ArgumentParser
import EventLedger

/// `import`: events of another ledger, as they are.
public struct ImportCommand: LedgerCommand {
    private static let batchCount = 500, batchBytes = 1024 * 1024

    public static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Bring in what 'export' wrote: positions, times, ids and hashes are kept and checked.",
        discussion: """
            The ledger must be empty, or hold nothing but what was imported from the same ledger before: then the import goes on \
            behind it. An import that was interrupted is begun again with the same input.

            Example: eventledger import --ledger copy.sqlite --input ledger.jsonl
            """
    )

    @OptionGroup var options: LedgerOptions

    @Option(name: .long, help: ArgumentHelp("Read this file instead of standard input.", valueName: "file"))
    var input: String?

    public init() {}

    public func run(in context: CommandContext) async throws -> CommandStatus {
        let source: any ByteSource = if let input { try await FileSource.open(input) } else { context.input }
        var lines = LineReader(source)
        // The ledger is made only for events that there are.
        guard var batch = try await Self.nextBatch(&lines) else {
            throw CommandFailure(.usage, "There are no events in the input. Give it what 'export' wrote.")
        }
        try await options.withLedger(.create, in: context) { opened in
            guard let ledger = opened as? any ImportingEventStore else {
                throw CommandFailure(.usage, "Events cannot be brought into this kind of ledger. Give --ledger FILE.")
            }
            let before = try await ledger.head().position ?? .start
            var read = 0
            try await ProgressBar.show("Importing", in: context) { bar in
                while true {
                    try await Self.bring(batch, into: ledger)
                    read += batch.events.count
                    bar.update(done: Int64(read), total: nil)
                    guard let next = try await Self.nextBatch(&lines) else { break }
                    batch = next
                }
            }
            let head = try await ledger.head().position ?? .start
            let imported = head.rawValue - before.rawValue
            var line = JSONLine()
            line.add("read", .number(read))
            line.add("imported", .integer(imported))
            line.add("position", .position(head))
            try await context.output.write(
                [("read", Cell(read)), ("imported", Cell(imported, .green)), ("position", Cell(head))], json: line,
                asTable: options.isTable(in: context)
            )
        }
        return .success
    }

    private struct Batch {
        var events: [RecordedEvent] = []
        var firstLine = 0
        var lastLine = 0
    }

    private static func nextBatch(_ lines: inout LineReader) async throws -> Batch? {
        var batch = Batch()
        var bytes = 0
        while batch.events.count < batchCount, bytes < batchBytes, let line = try await lines.next() {
            do {
                let event = try CloudEvent(json: line.bytes)
                guard event.isRecorded else {
                    throw LedgerError(
                        .invalidValue,
                        "The event has no position and no hash, so no ledger exported it. Use 'append' for it."
                    )
                }
                batch.events.append(try event.recordedEvent())
            } catch let error as LedgerError {
                throw CommandFailure(.usage, "Line \(line.number): \(error.message)")
            }
            if batch.events.count == 1 { batch.firstLine = line.number }
            batch.lastLine = line.number
            bytes += line.bytes.count
        }
        return batch.events.isEmpty ? nil : batch
    }

    private static func bring(_ batch: Batch, into ledger: any ImportingEventStore) async throws {
        do {
            try await ledger.importEvents(batch.events)
        } catch let error as LedgerError {
            // An event that was changed is an answer about the input, not about the ledger.
            let isAboutEvent = error.code == .corrupt && error.details["position"] != nil
            throw CommandFailure(
                isAboutEvent ? .negative : CommandStatus(error.code),
                "Lines \(batch.firstLine) to \(batch.lastLine) were refused: \(error.message)"
            )
        }
    }
}
