public import ArgumentParser
import CommandLineSupport
import EventLedger
public import EventLedgerCommands

/// `await-copy`: waits until the copy of the events has what the ledger has.
public struct AwaitCopyCommand: LedgerCommand {
    public static let configuration = CommandConfiguration(
        commandName: "await-copy",
        abstract: "Wait until the copy of the events that 'replay' and 'verify' read has caught up with the ledger.",
        discussion: """
            With a worker that runs it takes seconds. After one was killed it may take more than two minutes: 60 to 75 s \
            until another takes over its relay, and another 60 s until messages that it held are delivered again.

            EXAMPLE:
              collector await-copy --backend gcp --timeout 300

            Exit status: 0 the copy has all, 1 it did not in time, 2 usage, 3 the ledger or its copy could not be used.
            """)

    @OptionGroup var place: BackendOptions

    @Option(help: ArgumentHelp("For how long at the most.", valueName: "seconds"))
    var timeout: Int = 180

    @Flag(help: "Print one line of JSON.")
    var json = false

    private struct Report: Encodable {
        let position: String
    }

    /// Makes the command.
    public init() {}

    public func validate() throws {
        guard (1...86_400).contains(timeout) else { throw ValidationError("--timeout takes 1 to 86400 seconds.") }
    }

    public func run(in context: CommandContext) async throws -> CommandStatus {
        try await place.withOpened(.readOnly, in: context) { opened in
            guard opened.isHistoryCopied else {
                throw CommandFailure(
                    .usage,
                    "There is no copy to wait for: 'replay' and 'verify' read the ledger itself. "
                        + "Name its dataset with EVENTLEDGER_DATASET, and give --backend gcp.")
            }
            let goal = try await opened.ledger.head()
            let deadline = context.clock.now + .seconds(timeout)
            while true {
                let place = try await opened.history.head()
                if place.covers(goal) {
                    if json {
                        try Output.json(Report(position: "\(goal)"))
                    } else {
                        print("The copy has all events up to position \(goal).")
                    }
                    return .success
                }
                guard context.clock.now < deadline else {
                    throw CommandFailure(
                        .negative,
                        "The copy has the events up to position \(place) of \(goal) after \(timeout) s. "
                            + "Is 'worker --serve' running? After one was killed it may take more than two minutes: "
                            + "60 to 75 s until another takes over its relay, and another 60 s until messages that it held "
                            + "are delivered again."
                    )
                }
                try await context.clock.sleep(for: .milliseconds(500))
            }
        }
    }
}
