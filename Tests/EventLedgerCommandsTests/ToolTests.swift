import EventLedger
import EventLedgerCommands
import EventLedgerSQLite
import Foundation
import Testing

@Suite struct ToolTests {
    @Test func usageIsStatusTwoAndHelpIsZero() async throws {
        let tool = try Tool()
        let wrong = await tool.run("read", "--nonsense")
        #expect(wrong.status == 2)
        #expect(wrong.output.isEmpty)
        #expect(wrong.errors.hasPrefix("error: ") && wrong.errors.contains("read --help"), "\(wrong.errors)")
        #expect(wrong.errors.split(separator: "\n").count == 1)
        #expect(await tool.run("read", "--stream", "a", "--category", "b").status == 2)
        #expect(await tool.run("read", "--since", "yesterday").status == 2)
        for arguments in [
            ["--help"], ["help"], ["read", "--help"], ["dead-letters", "retry", "--help"], ["--version"],
        ] {
            let help = await tool.run(EventLedgerCommand.self, arguments)
            #expect(help.status == 0)
            #expect(!help.output.isEmpty)
            #expect(help.errors.isEmpty)
        }
    }

    @Test func theLedgerIsNamedByOptionOrEnvironment() async throws {
        var tool = try Tool()
        #expect(await tool.append(1...1).status == 0)
        #expect(await tool.run(EventLedgerCommand.self, ["stats"]).status == 2)
        tool.environment["EVENTLEDGER_FILE"] = tool.ledger
        #expect(try await tool.run(EventLedgerCommand.self, ["stats"]).objects.first?["events"] == 1)
    }

    @Test(arguments: [
        ["read"], ["stats"], ["verify"], ["documents", "collections"], ["checkpoint"], ["tasks", "stats"],
    ])
    func aMistypedPathIsStatusThreeAndMakesNoFile(_ arguments: [String]) async throws {
        let tool = try Tool()
        let result = await tool.run(EventLedgerCommand.self, arguments + ["--ledger", tool.ledger])
        #expect(result.status == 3)
        #expect(result.errors.contains("There is no ledger file"))
        #expect(!FileManager.default.fileExists(atPath: tool.ledger))
    }

    @Test func aFileThatIsNoLedgerIsStatusThree() async throws {
        let tool = try Tool()
        try Data("no ledger".utf8).write(to: URL(fileURLWithPath: tool.ledger))
        #expect(await tool.run("read").status == 3)
        #expect(await tool.append(1...1).status == 3)
        #expect(try Data(contentsOf: URL(fileURLWithPath: tool.ledger)) == Data("no ledger".utf8))
    }

    @Test func verifyTellsErrorsFromWarnings() async throws {
        let tool = try Tool()
        #expect(await tool.append(1...2).status == 0)
        let warned = await tool.run("verify")
        #expect(warned.status == 0)
        #expect(try warned.objects.first?["kind"] == "missing-provenance")
        #expect(try warned.objects.last?["sound"] == true)
        #expect(await tool.run("verify", "--strict").status == 1)
        #expect(await tool.run("verify", "--strict", "--no-provenance").status == 0)
        #expect(await tool.run("verify", "--strict", "--no-provenance", "--run", "counted=ended").status == 1)
        let other = try Tool()
        let missing = await tool.run("verify", "--against", other.ledger)
        #expect(missing.status == 3)
        #expect(missing.output.isEmpty)
        #expect(await other.append(1...2).status == 0)
        let compared = await tool.run("verify", "--against", other.ledger)
        #expect(compared.status == 1)
        #expect(try compared.objects.last?["position"] == 1)
    }

    @Test func checkpointEmptiesTheLog() async throws {
        let tool = try Tool()
        #expect(await tool.append(1...1).status == 0)
        let result = await tool.run("checkpoint")
        #expect(result.status == 0, "\(result.errors)")
        #expect(try result.objects.first?["walPages"]?.integerValue != nil)
        #expect(try await tool.run("stats").objects.first?["walBytes"] == 0)
    }

    @Test func documentsAreListedAndFound() async throws {
        let tool = try Tool()
        let ledger = try await SQLiteLedger.open(tool.ledger)
        _ = try await ledger.commit { commit in
            for (id, score) in [("a", 10), ("b", 80), ("c", 90)] {
                let fields: JSONObject = ["score": .integer(Int64(score)), "name": .string(id)]
                commit.write(.put(DocumentKey("papers", DocumentID(id)), fields))
            }
        }
        await ledger.close()
        #expect(try await tool.run("documents", "collections").objects.first?["documents"] == 3)
        let list = await tool.run(
            "documents", "list", "papers", "--where", "score>=80", "--order", "score", "--descending", "--limit", "1"
        )
        #expect(try list.objects.map { $0["id"] } == ["c"])
        #expect(
            try await tool.run("documents", "list", "papers", "--where", "name=b").objects.map { $0["id"] } == ["b"])
        #expect(try await tool.run("documents", "get", "papers", "a").objects.first?["version"] == 1)
        #expect(await tool.run("documents", "get", "papers", "z").status == 1)
    }

    @Test func tasksAreListedAndSteered() async throws {
        let tool = try Tool()
        let ledger = try await SQLiteLedger.open(tool.ledger)
        let task = NewTask(kind: "send", payload: try JSONText(#"{"to":"ada"}"#), named: "ada", in: "mail")
        try await ledger.leasedTasks.enqueue([task])
        await ledger.close()
        #expect(
            try await tool.run("tasks", "list", "--queue", "mail", "--state", "waiting").objects.first?["name"] == "ada"
        )
        #expect(await tool.run("tasks", "list", "--state", "leased").output.isEmpty)
        #expect(await tool.run("tasks", "list", "--state", "gone").status == 2)
        #expect(await tool.run("tasks", "pause", "mail").status == 0)
        #expect(try await tool.run("tasks", "stats").objects.first?["paused"] == true)
        #expect(await tool.run("tasks", "resume", "mail").status == 0)
        #expect(await tool.run("tasks", "cancel", "mail", "ada").status == 0)
        #expect(await tool.run("tasks", "cancel", "mail", "ada").status == 1)
    }

    @Test func deadLettersAreDecidedAbout() async throws {
        let tool = try Tool()
        let ledger = try await SQLiteLedger.open(tool.ledger)
        for name in ["one", "two"] {
            try await ledger.leasedTasks.enqueue([
                NewTask(kind: "send", payload: try JSONText(#"{"to":"ada"}"#), named: TaskName(name), in: "mail")
            ])
        }
        for leased in try await ledger.leasedTasks.lease(from: ["mail"], limit: 2, for: .seconds(60), worker: "w") {
            let failure = TaskFailure(errorType: "Broken", message: "It is broken.")
            try await ledger.leasedTasks.settle(leased.lease, .discarded(failure))
        }
        await ledger.close()

        let letters = try await tool.run("dead-letters", "list", "--origin", "mail", "--kind", "task").objects
        #expect(letters.count == 2)
        #expect(await tool.run("dead-letters", "list", "--text", "nowhere").output.isEmpty)
        let id = try #require(letters.first?["id"]?.stringValue)
        let shown = try #require(try await tool.run("dead-letters", "show", id).objects.first)
        #expect(shown["payload"] == ["to": "ada"])
        #expect(await tool.run("dead-letters", "show", "nothing").status == 1)

        #expect(await tool.run("dead-letters", "retry", id, "--note", "again").status == 0)
        #expect(await tool.run("dead-letters", "retry", id).status == 1)
        #expect(await tool.run("dead-letters", "retry").status == 2)
        #expect(try await tool.run("dead-letters", "retry", "--all", "--origin", "mail").objects.first?["retried"] == 1)
        let decided = try #require(try await tool.run("dead-letters", "show", id).objects.first)
        #expect(decided["state"] == "retried")
        #expect(decided["decidedBy"] == "ada")
        #expect(await tool.run("dead-letters", "resolve", id, "--by", "bob").status == 0)
        #expect(await tool.run("dead-letters", "resolve", id).status == 1)
        #expect(try await tool.run("dead-letters", "purge", "--before", "9000-01-01").objects.first?["purged"] == 2)
        #expect(await tool.run("dead-letters", "list").output.isEmpty)
    }
}
