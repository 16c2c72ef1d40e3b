import ArgumentParser
import EventLedger
import EventLedgerCommands
import EventLedgerSQLite
import TestSupport
import Testing

/// Counts the events of each stream. With another step it is what the counters would be if somebody had changed them and
/// forgotten to raise the version.
private struct Counters: Projection {
    var step: Int64 = 1
    let name: ProjectionName = "counters"
    let version = 1
    let query = EventQuery(types: ["counted"])
    let collections: Set<CollectionName> = ["counters"]

    func apply(_ event: RecordedEvent, to view: inout DocumentView) throws {
        let key = DocumentKey("counters", DocumentID(event.stream.rawValue))
        let count = try view.fields(key)?["count"]?.integerValue ?? 0
        try view.put(key, ["count": .integer(count + step)])
    }
}

private enum CounterProjections: ProjectionProvider {
    static var projections: [any Projection] { [Counters()] }
}

private enum DoubledProjections: ProjectionProvider {
    static var projections: [any Projection] { [Counters(step: 2)] }
}

private struct CounterTool: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "counter", subcommands: LedgerCommands.all(projecting: CounterProjections.self))
    }
}

private struct DoubledTool: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "doubled", subcommands: LedgerCommands.all(projecting: DoubledProjections.self))
    }
}

@Suite struct ProjectionCommandTests {
    private func projected() async throws -> Tool {
        let tool = try Tool()
        #expect(await tool.append(1...3).status == 0)
        #expect(await tool.append(1...2, to: "counter-b").status == 0)
        let ledger = try await SQLiteLedger.open(tool.ledger)
        try await ledger.project(Counters())
        await ledger.close()
        return tool
    }

    @Test func theReplayEqualsTheLiveDocuments() async throws {
        let tool = try await projected()
        // What came later is not in the live documents yet, and so not in the comparison.
        #expect(await tool.append(4...4).status == 0)
        let result = await tool.run(CounterTool.self, ["replay", "--compare", "--ledger", tool.ledger])
        #expect(result.status == 0, "\(result.errors)")
        #expect(try result.objects.first?["eventsApplied"] == 5)
        #expect(try result.objects.last?["equal"] == true)
    }

    @Test func aDifferenceIsStatusOne() async throws {
        let tool = try await projected()
        let result = await tool.run(DoubledTool.self, ["replay", "--compare", "--ledger", tool.ledger])
        #expect(result.status == 1)
        #expect(try result.objects.last?["differences"] == 2)
        let ignoring = ["replay", "--compare", "--ignore", "count", "--ledger", tool.ledger]
        #expect(await tool.run(DoubledTool.self, ignoring).status == 0)
    }

    @Test func aReplayCanBeKeptOrLeaveNothing() async throws {
        let tool = try await projected()
        let target = tool.folder.file("replayed.sqlite")
        #expect(await tool.run(CounterTool.self, ["replay", "--dry-run", "--ledger", tool.ledger]).status == 0)
        #expect(await tool.run(CounterTool.self, ["replay", "--into", target, "--ledger", tool.ledger]).status == 0)
        let documents = await tool.run(EventLedgerCommand.self, ["documents", "list", "counters", "--ledger", target])
        #expect(try documents.objects.map { $0["fields"] } == [["count": 3], ["count": 2]])
        let same = await tool.run(CounterTool.self, ["replay", "--into", tool.ledger, "--ledger", tool.ledger])
        #expect(same.status == 2)
        let both = ["replay", "--dry-run", "--into", target, "--ledger", tool.ledger]
        #expect(await tool.run(CounterTool.self, both).status == 2)
    }

    @Test func aRebuildReplacesTheDocuments() async throws {
        let tool = try await projected()
        let result = await tool.run(DoubledTool.self, ["rebuild", "counters", "--ledger", tool.ledger])
        #expect(result.status == 0, "\(result.errors)")
        #expect(try result.objects.first?["eventsApplied"] == 5)
        let documents = await tool.run("documents", "list", "counters")
        #expect(try documents.objects.map { $0["fields"] } == [["count": 6], ["count": 4]])
        #expect(await tool.run(DoubledTool.self, ["rebuild", "others", "--ledger", tool.ledger]).status == 2)
    }

    @Test(arguments: ["replay", "rebuild"])
    func thePlainToolSaysHowToGetOneWithProjections(_ command: String) async throws {
        let tool = try await projected()
        let result = await tool.run(command)
        #expect(result.status == 2)
        #expect(result.errors.contains("EventLedgerCommands"))
        #expect(result.errors.split(separator: "\n").count == 1)
    }
}
