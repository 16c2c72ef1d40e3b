import ArgumentParser
import EventLedger

struct TaskPauseCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Hand out no more tasks of a queue; those that run go on.",
        discussion: "Example: eventledger tasks pause mail --ledger ledger.sqlite"
    )

    @OptionGroup var options: LedgerOptions

    @Argument(help: "The queue.")
    var queue: String

    func run(in context: CommandContext) async throws -> CommandStatus {
        try await options.withLedger(.existing, in: context) { try await $0.tasks.pause(QueueName(queue)) }
        try await options.writePaused(queue, true, in: context)
        return .success
    }
}

struct TaskResumeCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Hand out tasks of a queue again.",
        discussion: "Example: eventledger tasks resume mail --ledger ledger.sqlite"
    )

    @OptionGroup var options: LedgerOptions

    @Argument(help: "The queue.")
    var queue: String

    func run(in context: CommandContext) async throws -> CommandStatus {
        try await options.withLedger(.existing, in: context) { try await $0.tasks.resume(QueueName(queue)) }
        try await options.writePaused(queue, false, in: context)
        return .success
    }
}

struct TaskCancelCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Cancel a task that waits; status 1 where it does not wait.",
        discussion: "Example: eventledger tasks cancel mail ada-2026-11-21 --ledger ledger.sqlite"
    )

    @OptionGroup var options: LedgerOptions

    @Argument(help: "The queue.")
    var queue: String

    @Argument(help: "The task's name.")
    var name: String

    func run(in context: CommandContext) async throws -> CommandStatus {
        let wasWaiting = try await options.withLedger(.existing, in: context) {
            try await $0.tasks.cancel(TaskName(name), in: QueueName(queue))
        }
        guard wasWaiting else {
            throw CommandFailure(
                .negative,
                "The task '\(queue)/\(name)' does not wait: it is not there, runs, or has ended. See 'tasks list'."
            )
        }
        var line = JSONLine()
        line.add("queue", .string(queue))
        line.add("name", .string(name))
        line.add("cancelled", .bool(true))
        try await context.output.write(
            [("cancelled", Cell("\(queue)/\(name)"))], json: line, asTable: options.isTable(in: context)
        )
        return .success
    }
}

extension LedgerOptions {
    fileprivate func writePaused(_ queue: String, _ isPaused: Bool, in context: CommandContext) async throws {
        var line = JSONLine()
        line.add("queue", .string(queue))
        line.add("paused", .bool(isPaused))
        try await context.output.write(
            [(isPaused ? "paused" : "resumed", Cell(queue))], json: line, asTable: isTable(in: context)
        )
    }
}
