public import ArgumentParser
import EventLedger

/// `append`: events from standard input.
public struct AppendCommand: LedgerCommand {
    public static let configuration = CommandConfiguration(
        commandName: "append",
        abstract: "Append events, one JSON object a line on standard input.",
        discussion: """
            A line holds "type" and "data", and may hold "stream", "id", "tags", "schemaVersion", "occurredAt" and "metadata". \
            The data are kept byte for byte. What 'read' writes can be appended.

            Without --commit-id and --unless the input becomes commits of up to 500 events, each of them all or nothing. With one \
            of them it is exactly one commit. A line that is wrong ends the command; nothing of its commit is written.

            Example: echo '{"type":"user.registered","data":{"name":"Ada"}}' | eventledger append --ledger ledger.sqlite \
            --stream user-ada --expect new
            """
    )

    @OptionGroup var options: LedgerOptions

    @Option(name: .long, help: "The stream of the events whose lines name none.")
    var stream: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What is required of --stream: any, new, existing, or the revision of its last event.",
            discussion: "Where the input becomes several commits, each requires what the one before it left.",
            valueName: "any|new|existing|N"
        ),
        transform: ArgumentText.expectation
    )
    var expect: Expectation = .any

    @Option(name: .long, help: "Make one commit of this id; sent again it is a duplicate and changes nothing.")
    var commitId: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only if no event matches: type=a,b tag=x,y after=N; may be given several times.", valueName: "condition"
        ),
        transform: ArgumentText.condition
    )
    var unless: [CommitCondition] = []

    public init() {}

    public func validate() throws {
        guard expect == .any || stream != nil else { throw ValidationError("--expect needs --stream.") }
    }

    public func run(in context: CommandContext) async throws -> CommandStatus {
        let name = stream.map { StreamName($0) }
        try name?.validate()
        var batches = EventBatches(context.input, stream: name, isOneCommit: commitId != nil || !unless.isEmpty)
        // The ledger is made only for events that there are.
        guard var batch = try await batches.next() else {
            try await context.output.remark("There were no events.", asTable: options.isTable(in: context))
            return .success
        }
        // Else it would be passed over in silence.
        if let name, expect != .any, !batch.events.contains(where: { $0.stream == name }) {
            throw CommandFailure(
                .usage,
                "--expect is about the stream '\(name)', and none of the lines \(batch.firstLine) to \(batch.lastLine) is of it. "
                    + "Correct --stream, or leave out --expect."
            )
        }
        var expectation = expect
        var written = 0
        var writer = RecordWriter(Self.columns, to: context.output, asTable: options.isTable(in: context))
        let bar = ProgressBar("Appending", in: context)
        do {
            try await options.withLedger(.create, in: context) { ledger in
                while true {
                    // What is read ahead of a commit that fails would be lost, so the next lines are read after it.
                    let receipt = try await commit(batch, expectation, to: ledger)
                    written += receipt.isDuplicate ? 0 : batch.events.count
                    let count = batch.events.count
                    // On a terminal the receipts tell how far it has come, and the bar would stand among them.
                    if !context.output.isTerminal { bar.update(done: Int64(written), total: nil) }
                    do {
                        try await writer.write(json: { Self.line(receipt, count) }, row: { Self.cells(receipt, count) })
                    } catch is ClosedPipe {
                        // The events count, also where nobody reads the receipts.
                    }
                    if let name, expectation != .any, expectation != .existing, let last = receipt.revision(of: name) {
                        expectation = .revision(last)
                    }
                    guard let next = try await batches.next() else { break }
                    batch = next
                }
            }
            await bar.finish()
        } catch {
            await bar.finish()
            try? await writer.flush()
            guard written > 0 else { throw error }
            let message = (error as? LedgerError)?.message ?? "\(error)"
            throw CommandFailure(CommandStatus(error), "\(message) \(written) events of the lines before were written.")
        }
        try await writer.flush()
        return .success
    }

    private func commit(
        _ batch: EventBatches.Batch, _ expectation: Expectation, to ledger: any Ledger
    ) async throws -> Receipt {
        var commit = Commit(id: commitId.map { CommitID($0) } ?? .unique())
        for append in batch.appends(to: stream.map { StreamName($0) }, expecting: expectation) {
            commit.append(contentsOf: append.events, to: append.stream, expecting: append.expectation)
        }
        for condition in unless { commit.require(nothingMatching: condition.query, after: condition.position) }
        do {
            return try await ledger.commit(commit)
        } catch let error as LedgerError {
            throw CommandFailure(
                CommandStatus(error.code),
                "Lines \(batch.firstLine) to \(batch.lastLine) were refused: \(error.message)"
            )
        }
    }

    private static let columns = [
        Column("commit"), Column("events", .right), Column("first", .right), Column("last", .right), Column("streams"),
        Column("note"),
    ]

    private static func line(_ receipt: Receipt, _ count: Int) -> JSONLine {
        var line = JSONLine()
        line.add("commitId", .text(receipt.commitID))
        line.add("events", .number(count))
        line.add("firstPosition", receipt.firstPosition.map { JSONValue.position($0) })
        line.add("position", .position(receipt.position))
        line.add("recordedAt", .text(receipt.recordedAt))
        let streams = receipt.streams.map { entry -> JSONValue in
            ["stream": .text(entry.stream), "revision": .integer(entry.revision.rawValue)]
        }
        line.add("streams", .array(streams))
        line.add("duplicate", .bool(receipt.isDuplicate))
        return line
    }

    private static func cells(_ receipt: Receipt, _ count: Int) -> [Cell] {
        [
            Cell(receipt.commitID), Cell(count), Cell(receipt.firstPosition?.description ?? ""), Cell(receipt.position),
            Cell(receipt.streams.map { "\($0.stream)@\($0.revision)" }.joined(separator: " ")),
            receipt.isDuplicate ? Cell("duplicate, nothing was written", .yellow) : Cell("written", .green),
        ]
    }
}
