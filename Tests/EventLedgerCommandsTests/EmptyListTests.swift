import EventLedger
import EventLedgerCommands
import EventLedgerSQLite
import Testing

@Suite struct EmptyListTests {
    @Test(
        "A person is told that there is nothing, and a machine gets nothing",
        arguments: [
            (["read"], "No events."), (["read", "--type", "counted"], "No events match."),
            (["read", "--since", "2026-01-01"], "No events match."),
            (["tasks", "list"], "No tasks."), (["tasks", "list", "--queue", "mail"], "No tasks match."),
            (["tasks", "list", "--state", "dead"], "No tasks match."), (["tasks", "stats"], "No queues."),
            (["dead-letters", "list"], "No dead letters."),
            (["dead-letters", "list", "--state", "open"], "No dead letters match."),
            (["dead-letters", "list", "--origin", "mail"], "No dead letters match."),
            (["documents", "collections"], "No collections."),
            (
                ["documents", "list", "papers"],
                "No documents in 'papers'. 'documents collections' shows those that have some."
            ),
            (["documents", "list", "papers", "--where", "n=1"], "No documents in 'papers' match."),
        ])
    func emptyLists(_ arguments: [String], _ remark: String) async throws {
        var tool = try Tool()
        let ledger = try await SQLiteLedger.open(tool.ledger)
        await ledger.close()
        let all = arguments + ["--ledger", tool.ledger]
        let piped = await tool.run(EventLedgerCommand.self, all)
        #expect(piped.status == 0 && piped.output.isEmpty && piped.errors.isEmpty)
        tool.isTerminal = true
        let shown = await tool.run(EventLedgerCommand.self, all)
        #expect(shown.status == 0 && shown.errors.isEmpty)
        #expect(shown.output == remark + "\n")
        let asked = await tool.run(EventLedgerCommand.self, all + ["--json"])
        #expect(asked.status == 0 && asked.output.isEmpty && asked.errors.isEmpty)
    }

    @Test("Nothing is said where there is something, and where nothing was asked for") func notEmpty() async throws {
        var tool = try Tool()
        #expect(await tool.append(1...1).status == 0)
        tool.isTerminal = true
        let read = await tool.run("read")
        #expect(read.lines.count == 2 && !read.output.contains("No events"))
        #expect(await tool.run("read", "--limit", "0").output.isEmpty)
        #expect(await tool.run("tasks", "list", "--limit", "0").output.isEmpty)
        #expect(await tool.run("dead-letters", "list", "--limit", "0").output.isEmpty)
    }
}
