import ArgumentParser
import CommandLineSupport
import EventLedger
import EventLedgerCommands
import ResearchWatcher

/// Registers demo users.
struct RegisterCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Registers the first demo users with their seeds.",
        discussion: """
            Users are called user-001, user-002 and so on, and are always the same. Those who are known stay as they are.

            EXAMPLE:
              collector register --users 12 --ledger demo.sqlite
            """)

    @OptionGroup var place: BackendOptions

    @Option(help: ArgumentHelp("How many users there shall be.", valueName: "n"))
    var users: Int

    @Flag(help: "Print one line of JSON.")
    var json = false

    private struct Report: Encodable {
        let registered: Int
        let known: Int
    }

    func validate() throws {
        guard (1...100_000).contains(users) else { throw ValidationError("--users takes a number from 1 to 100000.") }
    }

    func run(in context: CommandContext) async throws -> CommandStatus {
        try await place.withLedger(.create, in: context) { try await run(on: $0) }
    }

    private func run(on ledger: any Ledger) async throws -> CommandStatus {
        let origin = Origin(
            run: EventID.timeOrdered().rawValue, actor: "collector", provenance: ["research-watcher", "demo-users"])
        let registration = Registration(ledger: ledger, origin: origin)
        var registered = 0
        for (index, user) in DemoUsers.make(users).enumerated() {
            if try await registration.register(user) { registered += 1 }
            Terminal.progress("Registering", index + 1, of: users)
        }
        try await ReadModels.bringUpToDate(in: ledger)
        if json {
            try Output.json(Report(registered: registered, known: users - registered))
        } else {
            print("\(registered) users registered, \(users - registered) were known.")
        }
        return .success
    }
}
