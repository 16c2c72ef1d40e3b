import ArgumentParser
import EventLedger
import EventLedgerCommands
import EventLedgerSQLite
import Foundation
import TestSupport
import Testing

private struct Registered: Event {
    static let eventType: EventType = "person.registered"
    let name: String
}

private struct Names: Projection {
    let name: ProjectionName = "names", version = 1
    let query = EventQuery(types: [Registered.eventType])
    let collections: Set<CollectionName> = ["names"]

    func apply(_ event: RecordedEvent, to view: inout DocumentView) throws {
        guard let registered = try event.decode(Registered.self) else { return }
        try view.put(DocumentKey("names", DocumentID(event.stream.rawValue)), ["name": .string(registered.name)])
    }
}

private enum NamesProjections: ProjectionProvider {
    static var projections: [any Projection] { [Names()] }
}

private struct NamesTool: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "names", subcommands: LedgerCommands.all(projecting: NamesProjections.self))
    }
}

@Suite struct SubjectCommandTests {
    private let tool: Tool

    init() throws { tool = try Tool() }

    private var keys: String { tool.folder.file("keys.sqlite") }

    private func run(_ arguments: String...) async -> Tool.Result {
        await tool.run(EventLedgerCommand.self, ["subjects"] + arguments + ["--keys", keys])
    }

    private func makeKeys(for names: SubjectName...) async throws {
        let store = try await SQLiteSubjectKeyStore.open(keys)
        for name in names { _ = try await store.key(for: name) }
        await store.close()
    }

    @Test func subjectsAreListedWithoutTheirKeys() async throws {
        try await makeKeys(for: "bob", "ada")
        let listed = try await run("list").objects
        #expect(listed.map { $0["subject"] } == ["ada", "bob"])
        #expect(listed.allSatisfy { $0.count == 2 && $0["createdAt"] != nil })
        #expect(await run("forget", "bob", "--yes").status == 0)
        let forgotten = try await run("list", "--forgotten").objects
        #expect(forgotten.map { $0["subject"] } == ["bob"])
        #expect(forgotten.first?["forgottenAt"] != nil)
    }

    @Test func aPersonIsToldThatThereAreNone() async throws {
        try await makeKeys()
        #expect(await run("list").output.isEmpty)
        #expect(await run("list", "--table").output == "No subjects.\n")
        try await makeKeys(for: "ada")
        #expect(await run("list", "--forgotten", "--table").output == "No subject was forgotten.\n")
        #expect(await run("list", "--table").output.contains("ada"))
    }

    @Test func forgettingAsksForYes() async throws {
        try await makeKeys(for: "ada")
        let asked = await run("forget", "ada")
        #expect(asked.status == 2)
        #expect(asked.errors.contains("--yes"))
        #expect(try await run("list", "--forgotten").objects.isEmpty)
        let done = try await run("forget", "ada", "--yes").objects.first
        #expect(done == ["subject": "ada", "forgotten": true, "hadKey": true])
        let again = try await run("forget", "ada", "--yes").objects.first
        #expect(again?["hadKey"] == false)
    }

    @Test func aMistypedSubjectIsNotTakenForDone() async throws {
        try await makeKeys(for: "ada")
        #expect(await run("forget", "adda", "--yes").status == 1)
        #expect(try await run("list").objects.count == 1)
        #expect(await run("forget", "adda", "--yes", "--unknown").status == 0)
        #expect(try await run("list", "--forgotten").objects.map { $0["subject"] } == ["adda"])
    }

    @Test func theKeyFileMustBeNamedAndThere() async throws {
        #expect(await tool.run(EventLedgerCommand.self, ["subjects", "list"]).status == 2)
        let missing = await run("list")
        #expect(missing.status == 3)
        #expect(missing.errors.contains("There is no key file"))
        #expect(!FileManager.default.fileExists(atPath: keys))
        var other = tool
        try await makeKeys(for: "ada")
        other.environment["EVENTLEDGER_KEYS"] = keys
        #expect(await other.run(EventLedgerCommand.self, ["subjects", "list"]).status == 0)
    }

    @Test func projectionsAreBuiltWithTheKeysThatAreNamed() async throws {
        let store = try await SQLiteSubjectKeyStore.open(keys)
        let ledger = try await SQLiteLedger.open(tool.ledger)
        for name in ["ada", "bob"] {
            let event = try await PersonalDataCipher(keys: store).encrypt(
                Registered(name: name), for: SubjectName("person-\(name)"))
            try await ledger.commit { $0.append(contentsOf: [event], to: StreamName("person-\(name)")) }
        }
        await store.close()
        await ledger.close()
        let here = ["--ledger", tool.ledger]
        #expect(await tool.run(NamesTool.self, ["rebuild"] + here).status == 1)
        #expect(await run("forget", "person-bob", "--yes").status == 0)
        #expect(await tool.run(NamesTool.self, ["rebuild", "--keys", keys] + here).status == 0)
        let documents = try await tool.run(NamesTool.self, ["documents", "list", "names"] + here).objects
        #expect(documents.count == 1)
        #expect(await tool.run(NamesTool.self, ["replay", "--compare", "--keys", keys] + here).status == 0)
        #expect(await tool.run("verify").status == 0)
    }
}
