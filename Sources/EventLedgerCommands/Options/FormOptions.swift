import ArgumentParser

/// The form of the output.
struct FormOptions: ParsableArguments {
    @Flag(name: .long, help: "Write one JSON object a line, also on a terminal.")
    var json = false

    @Flag(name: .long, help: "Write a table, also where standard output is no terminal.")
    var table = false

    func validate() throws {
        if json && table { throw ValidationError("--json and --table contradict each other. Give one of them.") }
    }

    /// Whether a person looks at the output.
    func isTable(in context: CommandContext) -> Bool { table || context.output.isTerminal && !json }
}
