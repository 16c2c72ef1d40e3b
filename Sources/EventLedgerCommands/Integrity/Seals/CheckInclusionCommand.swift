import ArgumentParser
import EventLedger

struct CheckInclusionCommand: LedgerCommand {
    static let configuration = CommandConfiguration(
        commandName: "inclusion",
        abstract: "Test whether an event stands at its position among the events of a seal.",
        discussion: """
            With --event, a file that 'export' wrote, the event's hash is computed from its content; of several lines the one with \
            the proof's position counts. Without it, the proof is about the hash that it names, and the output shows it.

            Example: eventledger check inclusion proof.json --seal seal.json --event event.jsonl
            """
    )

    @OptionGroup var form: FormOptions

    @Argument(help: "The proof.")
    var proof: String

    @Option(name: .long, help: ArgumentHelp("The seal.", valueName: "file"))
    var seal: String

    @Option(name: .long, help: ArgumentHelp("The event, as 'export' wrote it.", valueName: "file"))
    var event: String?

    func run(in context: CommandContext) async throws -> CommandStatus {
        let proof = try await SealFiles.read(proof) { try InclusionProof(json: $0) }
        let seal = try await SealFiles.seal(seal)
        let place = "position \(proof.position) of \(proof.size) events"
        let isTable = form.isTable(in: context)
        guard let path = event else {
            let subject = "the event with the hash \(proof.eventHash) at \(place)"
            return try await context.output.write(proof.verdict(under: seal), subject, asTable: isTable)
        }
        let event = try await Self.event(at: proof.position, in: path)
        let subject = "the event '\(event.id)' of type '\(event.type)' at \(place)"
        return try await context.output.write(proof.verdict(on: event, under: seal), subject, asTable: isTable)
    }

    private static func event(at position: Position, in path: String) async throws -> RecordedEvent {
        var lines = LineReader(try await FileSource.open(path))
        while let line = try await lines.next() {
            do {
                let event = try CloudEvent(json: line.bytes).recordedEvent()
                if event.position == position { return event }
            } catch let error as LedgerError {
                throw CommandFailure(.usage, "Line \(line.number) of '\(path)': \(error.message)")
            }
        }
        throw CommandFailure(
            .usage, "The proof is about position \(position), which is not in '\(path)'. Export that event."
        )
    }
}
