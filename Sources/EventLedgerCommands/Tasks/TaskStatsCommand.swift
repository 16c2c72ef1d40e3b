import ArgumentParser
import EventLedger

struct TaskStatsCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show how each queue stands.",
        discussion: "Example: eventledger tasks stats --ledger ledger.sqlite"
    )

    @OptionGroup var options: LedgerOptions

    func run(in context: CommandContext) async throws -> CommandStatus {
        let queues = try await options.withTasks(.readOnly, in: context) { try await $0.statistics() }
        let columns = [
            Column("queue"), Column("ready", .right), Column("scheduled", .right), Column("leased", .right),
            Column("done", .right), Column("dead", .right), Column("oldest ready"), Column("state"),
        ]
        var writer = RecordWriter(columns, to: context.output, asTable: options.isTable(in: context))
        for queue in queues {
            try await writer.write {
                var line = JSONLine()
                line.add("queue", .text(queue.queue))
                line.add("paused", .bool(queue.isPaused))
                line.add("ready", .number(queue.ready))
                line.add("scheduled", .number(queue.scheduled))
                line.add("leased", .number(queue.leased))
                line.add("done", .number(queue.done))
                line.add("dead", .number(queue.dead))
                line.add("oldestReadyAt", queue.oldestReadyAt.map { JSONValue.text($0) })
                return line
            } row: {
                [
                    Cell(queue.queue, .bold), Cell(queue.ready), Cell(queue.scheduled), Cell(queue.leased),
                    Cell(queue.done), Cell(queue.dead, queue.dead > 0 ? .red : nil),
                    Cell(queue.oldestReadyAt?.description ?? ""),
                    queue.isPaused ? Cell("paused", .yellow) : Cell("open", .green),
                ]
            }
        }
        try await writer.finish(orRemark: "No queues.")
        return .success
    }
}
