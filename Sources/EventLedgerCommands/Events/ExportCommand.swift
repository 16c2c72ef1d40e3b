public import ArgumentParser
import EventLedger
import EventLedgerSQLite

/// `export`: the ledger's events as CloudEvents.
public struct ExportCommand: LedgerCommand {
    public static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write events as CloudEvents 1.0, one JSON object a line, with times, ids and hashes kept.",
        discussion: """
            With --output the file appears under its name when it is complete, in place of a regular file of that name.

            Example: eventledger export --ledger ledger.sqlite --output ledger.jsonl
            """
    )

    @OptionGroup var options: LedgerOptions

    @Option(name: .long, help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
    var output: String?

    @Option(
        name: .long, help: ArgumentHelp("Only events behind this position.", valueName: "position"),
        transform: ArgumentText.position
    )
    var after: Position?

    @Option(name: .long, help: ArgumentHelp("The CloudEvents source: what names this ledger.", valueName: "uri"))
    var source = CloudEvent.defaultSource

    public init() {}

    public func run(in context: CommandContext) async throws -> CommandStatus {
        try await options.withLedger(.readOnly, in: context) { ledger in
            guard let output else {
                _ = try await export(ledger, to: context.output.standardOutput, context)
                return
            }
            let file = try await PartialFile.create(
                output, sparing: ledger.files)
            let count: Int
            do {
                count = try await export(ledger, to: file, context)
                try await file.finish()
            } catch {
                await file.discard()
                throw error
            }
            var line = JSONLine()
            line.add("file", .string(output))
            line.add("events", .number(count))
            try await context.output.write(
                [("file", Cell(output)), ("events", Cell(count))], json: line, asTable: options.isTable(in: context)
            )
        }
        return .success
    }

    private func export(_ ledger: any Ledger, to sink: any OutputSink, _ context: CommandContext) async throws -> Int {
        let start = after ?? .start
        let head = try await ledger.head().position ?? .start
        return try await ProgressBar.show("Exporting", in: context) { bar in
            var count = 0
            for try await page in ledger.read(EventSelection.all.after(start).through(head)).pages {
                var bytes: [UInt8] = []
                for event in page.events {
                    bytes += try CloudEvent(event, source: source).json
                    bytes.append(UInt8(ascii: "\n"))
                }
                count += page.events.count
                let block = bytes
                try await BlockingWork.run { try sink.write(block) }
                bar.update(done: Int64(count), total: max(0, head.rawValue - start.rawValue))
            }
            return count
        }
    }
}
