import ArgumentParser
import EventLedger
import EventLedgerSQLite

struct SubjectListCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the subjects, when they got their keys and when they were forgotten. No key is shown.",
        discussion: "Example: eventledger subjects list --keys keys.sqlite --forgotten"
    )

    @OptionGroup var keys: KeyFileOptions
    @OptionGroup var form: OutputOptions

    @Flag(name: .long, help: "Only those that were forgotten.")
    var forgotten = false

    func run(in context: CommandContext) async throws -> CommandStatus {
        var writer = RecordWriter(
            [Column("subject"), Column("created"), Column("forgotten")], to: context.output,
            asTable: form.isTable(in: context)
        )
        try await keys.withKeys(.readOnly, in: context) { store in
            var last: SubjectName?
            repeat {
                let page = try await store.subjects(after: last, limit: 1000)
                for subject in page.subjects where !forgotten || subject.forgottenAt != nil {
                    try await writer.write {
                        var line = JSONLine()
                        line.add("subject", .text(subject.name))
                        line.add("createdAt", .text(subject.createdAt))
                        line.add("forgottenAt", subject.forgottenAt.map { .text($0) })
                        return line
                    } row: {
                        [
                            Cell(subject.name), Cell(subject.createdAt),
                            Cell(subject.forgottenAt?.description ?? ""),
                        ]
                    }
                }
                last = page.next
            } while last != nil
        }
        try await writer.finish(orRemark: forgotten ? "No subject was forgotten." : "No subjects.")
        return .success
    }
}
