import ArgumentParser
import EventLedger
import EventLedgerSQLite

struct SubjectForgetCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Forget the key of a subject: the data that were encrypted with it are gone for good.",
        discussion: """
            Nothing can be encrypted for the subject any more. What stays readable elsewhere, in documents for one, is \
            listed in Documentation/personal-data.md, with how to remove it.

            Example: eventledger subjects forget user-42 --keys keys.sqlite --yes
            """
    )

    @OptionGroup var keys: KeyFileOptions
    @OptionGroup var form: OutputOptions

    @Argument(help: "The subject.")
    var subject: String

    @Flag(name: .long, help: "Yes, although nobody can undo it.")
    var yes = false

    @Flag(name: .long, help: "Also a subject that has no key yet: it will never have one.")
    var unknown = false

    func run(in context: CommandContext) async throws -> CommandStatus {
        guard yes else {
            throw CommandFailure(
                .usage,
                "Forgetting '\(subject)' makes its encrypted data unreadable for good; nobody can undo it. Add --yes to "
                    + "do it."
            )
        }
        let name = SubjectName(subject)
        let hadKey = try await keys.withKeys(.existing, in: context) { store in
            // A name that was mistyped would look as if it were done.
            let isKnown = try await store.states(of: [name])[name] != nil
            guard isKnown || unknown else {
                throw CommandFailure(
                    .negative,
                    "There is no subject '\(subject)'. See 'subjects list', or add --unknown to forbid it a key."
                )
            }
            return try await store.forget(name)
        }
        var line = JSONLine()
        line.add("subject", .text(name))
        line.add("forgotten", .bool(true))
        line.add("hadKey", .bool(hadKey))
        let isTable = form.isTable(in: context)
        try await context.output.write([("forgotten", Cell(name))], json: line, asTable: isTable)
        try await context.output.remark(
            "Now rebuild the projections that showed its data; Documentation/personal-data.md lists what else there is.",
            asTable: isTable
        )
        return .success
    }
}
