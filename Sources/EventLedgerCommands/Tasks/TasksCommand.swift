public import ArgumentParser

/// `tasks`: the queues.
public struct TasksCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "tasks",
        abstract: "Look at the tasks and their queues, and steer them.",
        discussion: "Example: eventledger tasks list --ledger ledger.sqlite --queue mail --state waiting",
        subcommands: [
            TaskListCommand.self, TaskStatsCommand.self, TaskPauseCommand.self, TaskResumeCommand.self,
            TaskCancelCommand.self,
        ]
    )

    public init() {}
}
