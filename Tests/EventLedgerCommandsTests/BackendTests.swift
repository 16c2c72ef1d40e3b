import ArgumentParser
import EventLedger
import EventLedgerCommands
import EventLedgerInMemory
import TestSupport
import Testing

/// Counts the events of each stream.
private struct Tally: Projection {
    let name: ProjectionName = "tally"
    let version = 1
    let query = EventQuery(types: ["counted"])
    let collections: Set<CollectionName> = ["tally"]

    func apply(_ event: RecordedEvent, to view: inout DocumentView) throws {
        let key = DocumentKey("tally", DocumentID(event.stream.rawValue))
        let count = try view.fields(key)?["count"]?.integerValue ?? 0
        try view.put(key, ["count": .integer(count + 1)])
    }
}

private enum TallyProjections: ProjectionProvider {
    static var projections: [any Projection] { [Tally()] }
}

private struct TallyTool: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "tally", subcommands: LedgerCommands.all(projecting: TallyProjections.self))
    }
}

@Suite("Commands on another kind of ledger") struct BackendTests {
    private let backend = MemoryBackend()
    private let tool: Tool

    init() throws {
        var tool = try Tool()
        tool.backends = [backend]
        self.tool = tool
    }

    private func run(_ arguments: String..., on name: String = "main", input: String = "") async -> Tool.Result {
        await tool.run(TallyTool.self, arguments + ["--backend", "memory:\(name)"], input: input)
    }

    /// Appends events to two streams.
    private func fill(_ name: String = "main", _ numbers: ClosedRange<Int> = 1...3) async throws {
        let lines = numbers.map { #"{"type":"counted","data":{"n":\#($0)},"stream":"counter-\#($0 % 2)"}"# }
        let result = await run("append", on: name, input: lines.joined(separator: "\n"))
        try #require(result.status == 0, "\(result.errors)")
    }

    private func enqueue(_ names: TaskName...) async throws {
        try await backend.ledger("main").leasedTasks.enqueue(
            try names.map { NewTask(kind: "send", payload: try JSONText(#"{"to":"ada"}"#), named: $0, in: "mail") })
    }

    @Test("Events are read, followed, exported, imported and verified") func events() async throws {
        try await fill()
        let read = try await run("read", "--stream", "counter-1").objects
        #expect(read.map { $0["position"] } == [1, 3])
        let exported = await run("export")
        #expect(exported.lines.count == 3, "\(exported.errors)")
        #expect(await run("verify", "--no-provenance").status == 0)

        let ledger = tool.ledger
        let imported = await tool.run(EventLedgerCommand.self, ["import", "--ledger", ledger], input: exported.output)
        #expect(imported.status == 0, "\(imported.errors)")
        #expect(await run("verify", "--no-provenance", "--against", ledger).status == 0)
        let there = ["verify", "--no-provenance", "--ledger", ledger, "--against", "memory:main"]
        #expect(await tool.run(EventLedgerCommand.self, there).status == 0)

        let output = MemorySink()
        var tail = tool
        tail.untilInterrupted = {
            while output.text.split(separator: "\n").count < 3, !Task.isCancelled { await Task.yield() }
        }
        let status = await CommandRunner.run(
            EventLedgerCommand.self, arguments: ["tail", "--from-start", "--backend", "memory:main"],
            in: tail.context(output, MemorySink(), input: "")
        )
        #expect(status == 0)
        #expect(output.text.contains(#""position":3,"#))
    }

    @Test("Seals and proofs are made and checked") func seals() async throws {
        try await fill()
        let seal = tool.folder.file("seal.json"), proof = tool.folder.file("proof.json")
        #expect(await run("seal", "--output", seal).status == 0)
        #expect(await run("verify", "--no-provenance", "--seal", seal).status == 0)
        let proven = await run("prove", "inclusion", "--position", "2", "--seal", seal, "--output", proof)
        #expect(proven.status == 0, "\(proven.errors)")
        let checked = await tool.run(EventLedgerCommand.self, ["check", "inclusion", proof, "--seal", seal])
        #expect(checked.status == 0, "\(checked.errors)")
    }

    @Test("Tasks are listed, counted and steered") func tasks() async throws {
        try await enqueue("ada", "bob")
        #expect(try await run("tasks", "list", "--queue", "mail").objects.map { $0["name"] } == ["ada", "bob"])
        #expect(await run("tasks", "pause", "mail").status == 0)
        #expect(try await run("tasks", "stats").objects.first?["paused"] == true)
        #expect(await run("tasks", "resume", "mail").status == 0)
        #expect(await run("tasks", "cancel", "mail", "ada").status == 0)
        #expect(try await run("tasks", "stats").objects.first?["ready"] == 1)
    }

    @Test("Dead letters are looked at and decided about") func deadLetters() async throws {
        try await enqueue("ada", "bob")
        let queue = backend.ledger("main").leasedTasks
        for leased in try await queue.lease(from: ["mail"], limit: 2, for: .seconds(60), worker: "w") {
            let failure = TaskFailure(errorType: "Broken", message: "It is broken.")
            try await queue.settle(leased.lease, .discarded(failure))
        }
        let letters = try await run("dead-letters", "list", "--state", "open").objects
        let ids = letters.compactMap { $0["id"]?.stringValue }
        try #require(ids.count == 2)
        #expect(try await run("dead-letters", "show", ids[0]).objects.first?["errorType"] == "Broken")
        #expect(await run("dead-letters", "retry", ids[0]).status == 0)
        #expect(await run("dead-letters", "resolve", ids[1], "--note", "sent by hand").status == 0)
        #expect(try await run("tasks", "list", "--state", "waiting").objects.count == 1)
        let purged = try await run("dead-letters", "purge", "--before", "9000-01-01").objects
        #expect(purged.first?["purged"] == 2)
    }

    @Test("Documents are rebuilt, replayed, compared and listed") func documents() async throws {
        try await fill()
        let rebuilt = await run("rebuild")
        #expect(rebuilt.status == 0, "\(rebuilt.errors)")
        #expect(try await run("documents", "collections").objects.map { $0["documents"] } == [2])
        #expect(try await run("documents", "get", "tally", "counter-1").objects.first?["fields"] == ["count": 2])
        #expect(await run("replay", "--compare").status == 0)
        #expect(await run("replay", "--into", "memory:copy").status == 0)
        #expect(try await run("documents", "list", "tally", on: "copy").objects.count == 2)
        #expect(await run("replay", "--into", "memory:main").status == 2)
    }

    @Test("A copy that lags is told from documents that differ") func laggingCopy() async throws {
        try await fill()
        #expect(await run("rebuild").status == 0)
        try await fill("copy", 1...2)
        backend.copy("main", to: "copy")
        let lagging = await run("replay", "--compare")
        #expect(lagging.status == 1)
        #expect(try lagging.objects.last?["equal"] == false)
        #expect(try lagging.objects.last?["behind"] == ["tally"])
        let table = await run("replay", "--compare", "--table")
        #expect(table.output.contains("ends at 2, the live documents stand at 3"), "\(table.output)")
        try await fill("copy", 3...3)
        let whole = await run("replay", "--compare")
        #expect(whole.status == 0, "\(whole.errors)")
        #expect(try whole.objects.last?["behind"] == [])
    }

    @Test("Facts are those that every kind of ledger has, and its own") func stats() async throws {
        _ = backend.ledger("main")
        let empty = try #require(try await run("stats").objects.first)
        #expect(empty["events"] == 0)
        #expect(empty["firstRecordedAt"] == JSONValue.null)
        try await fill()
        #expect(await run("rebuild").status == 0)
        let facts = try #require(try await run("stats").objects.first)
        #expect(facts["ledger"] == "memory:main")
        #expect(facts["events"] == 3)
        #expect(facts["firstRecordedAt"]?.stringValue != nil && facts["lastRecordedAt"]?.stringValue != nil)
        // Those that readers see, and not the projection's own.
        #expect(facts["documents"] == 2)
        #expect(facts["kind"] == "memory")
    }

    @Test("A command about files says so, and opens nothing") func filesOnly() async throws {
        let result = await run("checkpoint", on: "nowhere")
        #expect(result.status == 2)
        #expect(result.errors.contains("--ledger FILE"))
        #expect(backend.names.isEmpty)
    }

    @Test(
        "A name that was mistyped is status three, and makes no ledger",
        arguments: [
            ["read"], ["stats"], ["verify"], ["export"], ["seal"], ["rebuild"], ["replay"],
            ["documents", "collections"], ["tasks", "list"], ["tasks", "pause", "mail"], ["dead-letters", "list"],
            ["dead-letters", "retry", "--all"],
        ])
    func mistyped(_ arguments: [String]) async throws {
        try await fill()
        let result = await tool.run(TallyTool.self, arguments + ["--backend", "memory:mian"])
        #expect(result.status == 3)
        #expect(result.errors.contains("'mian'"))
        #expect(result.output.isEmpty)
        #expect(backend.names == ["main"])
    }

    @Test(
        "What cannot be opened is usage where something wrong was given, and else unavailable, never an answer",
        arguments: [
            (LedgerError.Code.invalidName, 2), (.invalidValue, 2), (.unsupported, 2), (.notFound, 3), (.forbidden, 3),
            (.unavailable, 3), (.timeout, 3), (.corrupt, 3),
        ] as [(LedgerError.Code, Int32)])
    func refused(_ code: LedgerError.Code, _ status: Int32) async throws {
        var tool = try Tool()
        tool.backends = [RefusingBackend(code: code)]
        for arguments in [["stats", "--backend", "refusing"], ["verify", "--backend", "refusing:a"]] {
            let result = await tool.run(TallyTool.self, arguments)
            #expect(result.status == status, "\(arguments)")
            #expect(result.errors == "error: It is refused.\n")
        }
    }

    @Test("A kind that nobody brought is refused, with those that there are") func unknownKind() async throws {
        let result = await tool.run(EventLedgerCommand.self, ["read", "--backend", "cloud:main"])
        #expect(result.status == 2)
        #expect(result.errors.contains("sqlite:FILE, memory or memory:NAME."))
    }

    @Test("A colon with no name behind it is refused, also where a ledger would be found")
    func emptyName() async throws {
        _ = backend.ledger("main")
        _ = backend.ledger("")
        let here = ["--backend", "memory:main"]
        for arguments in [
            ["read", "--backend", "memory:"], ["verify", "--against", "memory:"] + here,
            ["replay", "--into", "memory:"] + here,
        ] {
            let result = await tool.run(TallyTool.self, arguments)
            #expect(result.status == 2, "\(arguments)")
            #expect(result.errors.contains("'memory:' names no ledger"), "\(result.errors)")
            #expect(result.output.isEmpty)
        }
        var other = tool
        other.environment["EVENTLEDGER_BACKEND"] = "memory:"
        #expect(await other.run(TallyTool.self, ["read"]).status == 2)
        #expect(await tool.run(TallyTool.self, ["read", "--backend", "memory"]).status == 0)
        for file in ["sqlite", "sqlite:"] {
            let result = await tool.run(TallyTool.self, ["read", "--backend", file])
            #expect(result.status == 2 && result.errors.contains("sqlite:FILE"), "\(result.errors)")
        }
    }

    @Test("The environment names a kind too, and the command line counts before it") func environment() async throws {
        try await fill()
        var other = tool
        other.environment["EVENTLEDGER_BACKEND"] = "memory:main"
        #expect(await other.run(EventLedgerCommand.self, ["read"]).lines.count == 3)
        #expect(await other.run(EventLedgerCommand.self, ["read", "--ledger", tool.ledger]).status == 3)
    }
}
