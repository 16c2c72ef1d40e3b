import ArgumentParser
import EventLedger

struct TaskListCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List tasks by queue and name.",
        discussion: "Example: eventledger tasks list --ledger ledger.sqlite --queue mail --state waiting --state leased"
    )

    @OptionGroup var options: LedgerOptions

    @Option(name: .long, help: "Only tasks of this queue.")
    var queue: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only tasks in this state; in any of them where it is given again.",
            valueName: TaskState.allCases.map(\.rawValue).joined(separator: "|")
        ),
        transform: ArgumentText.taskState
    )
    var state: [TaskState] = []

    @Option(name: .long, help: ArgumentHelp("At most so many.", valueName: "count"), transform: ArgumentText.count)
    var limit: Int?

    func run(in context: CommandContext) async throws -> CommandStatus {
        guard limit != 0 else { return .success }
        var left = limit ?? .max
        var writer = RecordWriter(Self.columns, to: context.output, asTable: options.isTable(in: context))
        var query = TaskQuery(queue: queue.map { QueueName($0) }, states: Set(state), limit: 200)
        try query.queue?.validate()
        try await options.withTasks(.readOnly, in: context) { queue in
            while left > 0 {
                query.limit = min(200, left)
                let page = try await queue.tasks(query)
                for task in page.tasks {
                    try await writer.write(json: { Self.line(task) }, row: { Self.cells(task) })
                }
                left -= page.tasks.count
                guard let next = page.next else { break }
                query.cursor = next
            }
        }
        let isFiltered = query.queue != nil || !state.isEmpty
        try await writer.finish(orRemark: isFiltered ? "No tasks match." : "No tasks.")
        return .success
    }

    private static let columns = [
        Column("queue"), Column("name"), Column("gen", .right), Column("kind"), Column("state"),
        Column("attempts", .right), Column("scheduled"), Column("worker"),
    ]

    private static func cells(_ task: TaskRecord) -> [Cell] {
        let style: TextStyle? =
            switch task.state {
            case .dead: .red
            case .done: .green
            case .leased: .yellow
            default: nil
            }
        return [
            Cell(task.key.queue), Cell(task.key.name, .bold), Cell(task.key.generation), Cell(task.kind),
            Cell(task.state.rawValue, style), Cell(task.attempts), Cell(task.scheduledAt),
            Cell(task.worker?.description ?? ""),
        ]
    }

    private static func line(_ task: TaskRecord) -> JSONLine {
        var line = JSONLine()
        line.add("queue", .text(task.key.queue))
        line.add("name", .text(task.key.name))
        line.add("generation", .number(task.key.generation))
        line.add("kind", .text(task.kind))
        line.add("state", .string(task.state.rawValue))
        line.add("attempts", .number(task.attempts))
        line.add("enqueuedAt", .text(task.enqueuedAt))
        line.add("scheduledAt", .text(task.scheduledAt))
        line.add("firstAttemptAt", task.firstAttemptAt.map { JSONValue.text($0) })
        line.add("worker", task.worker.map { JSONValue.text($0) })
        line.add("leaseExpiresAt", task.leaseExpiresAt.map { JSONValue.text($0) })
        line.add("finishedAt", task.finishedAt.map { JSONValue.text($0) })
        if !task.headers.isEmpty { line.add("headers", .object(task.headers)) }
        line.add("payload", verbatim: task.payload)
        return line
    }
}
