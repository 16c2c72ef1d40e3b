import EventLedger
import EventLedgerCommands
import Foundation
import TestSupport
import Testing

@Suite struct SealCommandTests {
    private func content(of file: String) throws -> String { try String(contentsOfFile: file, encoding: .utf8) }

    /// A tool with a ledger of events in two streams.
    private func tool(_ events: Int = 12) async throws -> Tool {
        let tool = try Tool()
        #expect(await tool.append(1...events / 2).status == 0)
        #expect(await tool.append(1...(events - events / 2), to: "counter-b").status == 0)
        return tool
    }

    /// A ledger with the same history but for one event, committed anew: a sound ledger, and not the one that was sealed.
    private func rewritten(_ tool: Tool, at position: Int) async throws -> Tool {
        let other = try Tool()
        let lines = await tool.run("read").lines
        for (index, line) in lines.enumerated() {
            let changed = index + 1 == position ? line.replacing(#""n":"#, with: #""n":9"#) : line
            #expect(await other.run("append", input: changed).status == 0)
        }
        return other
    }

    @Test func aSealIsWrittenAndHoldsWhileTheLedgerGrows() async throws {
        let tool = try await tool(), file = tool.folder.file("seal.json")
        let sealed = await tool.run("seal", "--output", file)
        #expect(sealed.status == 0, "\(sealed.errors)")
        #expect(try sealed.objects.first?["size"] == 12)
        let seal = try Seal(json: Array(try content(of: file).utf8))
        #expect(seal.size == 12)
        #expect(try sealed.objects.first?["root"]?.stringValue == seal.root.description)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: tool.folder.path).allSatisfy { !$0.contains("partial") }
        )

        let first = tool.folder.file("first.json")
        #expect(await tool.run("seal", "--size", "5", "--output", first).status == 0)
        #expect(await tool.append(1...3, to: "counter-c").status == 0)
        let verified = await tool.run("verify", "--no-provenance", "--seal", file, "--seal", first)
        #expect(verified.status == 0, "\(verified.output)")
        let seals = try #require(try verified.objects.last?["seals"]?.arrayValue)
        #expect(seals.map { $0.objectValue?["size"] } == [12, 5])
        #expect(seals.allSatisfy { $0.objectValue?["outcome"] == "holds" })
    }

    @Test func withoutAFileTheSealIsTheOutput() async throws {
        var tool = try await tool()
        let piped = await tool.run("seal")
        #expect(try Seal(json: Array(piped.output.utf8)).size == 12)
        tool.isTerminal = true
        let shown = await tool.run("seal")
        #expect(shown.output.contains("root"))
        #expect(!shown.output.contains("{"))
        #expect(await tool.run("seal", "--size", "13").status == 2)
        #expect(await tool.run("seal", "--size", "-1").status == 2)
    }

    @Test func aSealThatIsThereIsEvidence() async throws {
        let tool = try await tool(), file = tool.folder.file("seal.json")
        #expect(await tool.run("seal", "--output", file).status == 0)
        let before = try content(of: file)
        let again = await tool.run("seal", "--output", file)
        #expect(again.status == 0, "\(again.errors)")
        #expect(try again.objects.first?["written"] == false)
        #expect(try content(of: file) == before)

        #expect(await tool.append(7...7).status == 0)
        let refused = await tool.run("seal", "--output", file)
        #expect(refused.status == 1)
        #expect(refused.errors.contains("--replace"))
        #expect(try content(of: file) == before)
        #expect(await tool.run("seal", "--output", file, "--replace").status == 0)
        #expect(try Seal(json: Array(try content(of: file).utf8)).size == 13)

        let other = try await rewritten(tool, at: 3)
        let now = try content(of: file)
        for arguments in [["seal"], ["seal", "--replace"]] {
            let result = await tool.run(
                EventLedgerCommand.self, arguments + ["--output", file, "--ledger", other.ledger])
            #expect(result.status == 1)
            #expect(result.errors.contains("not those that were sealed"), "\(result.errors)")
        }
        #expect(try content(of: file) == now)
    }

    @Test func onlySealsAreReplaced() async throws {
        let tool = try await tool(), notes = tool.folder.file("notes.txt")
        try "notes".write(toFile: notes, atomically: true, encoding: .utf8)
        for arguments in [["seal"], ["seal", "--replace"]] {
            let result = await tool.run(
                EventLedgerCommand.self, arguments + ["--output", notes, "--ledger", tool.ledger])
            #expect(result.status == 2)
            #expect(try content(of: notes) == "notes")
        }
        #expect(await tool.run("seal", "--replace", "--output", tool.ledger).status == 2)
        #expect(await tool.run("seal", "--replace", "--output", tool.folder.path).status == 2)
        #expect(await tool.run("verify", "--no-provenance").status == 0)
    }

    @Test func aChainOfSealsDoesNotContinueOverAChange() async throws {
        let tool = try await tool(), first = tool.folder.file("first.json"), second = tool.folder.file("second.json")
        #expect(await tool.run("seal", "--output", first).status == 0)
        #expect(await tool.append(7...8).status == 0)
        #expect(await tool.run("seal", "--requiring", first, "--output", second).status == 0)
        let other = try await rewritten(tool, at: 12)
        let third = other.folder.file("third.json")
        let refused = await other.run("seal", "--requiring", first, "--requiring", second, "--output", third)
        #expect(refused.status == 1)
        #expect(!FileManager.default.fileExists(atPath: third))
    }

    @Test func verifyFindsWhatWasRewrittenOrRemoved() async throws {
        let tool = try await tool(), file = tool.folder.file("seal.json")
        #expect(await tool.run("seal", "--output", file).status == 0)
        let other = try await rewritten(tool, at: 7)
        #expect(await other.run("verify", "--no-provenance").status == 0)
        let rewritten = await other.run("verify", "--no-provenance", "--seal", file)
        #expect(rewritten.status == 1)
        #expect(try rewritten.objects.first?["kind"] == "rewritten")
        #expect(try rewritten.objects.last?["sound"] == false)

        let short = try Tool()
        let exported = await tool.run("export").lines.prefix(11).joined(separator: "\n")
        #expect(await short.run("import", input: exported).status == 0)
        #expect(await short.run("verify", "--no-provenance").status == 0)
        let truncated = await short.run("verify", "--no-provenance", "--seal", file)
        #expect(truncated.status == 1)
        #expect(try truncated.objects.first?["kind"] == "truncated")
        for arguments in [["seal"], ["seal", "--replace"]] {
            let result = await short.run(
                EventLedgerCommand.self, arguments + ["--output", file, "--ledger", short.ledger])
            #expect(result.status == 1)
            #expect(result.errors.contains("truncated"), "\(result.errors)")
            #expect(!result.errors.contains("--replace"), "\(result.errors)")
        }
        var looked = short
        looked.isTerminal = true
        #expect(await looked.run("verify", "--no-provenance", "--seal", file).output.contains("truncated"))
    }

    @Test(arguments: ["", "{}", #"{"format":"eventledger-consistency-proof","from":1,"path":[],"to":1,"version":1}"#])
    func aFileThatIsNoSealIsStatusTwo(_ text: String) async throws {
        let tool = try await tool(), file = tool.folder.file("seal.json")
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        for arguments in [["verify", "--seal", file], ["seal", "--requiring", file]] {
            let result = await tool.run(EventLedgerCommand.self, arguments + ["--ledger", tool.ledger])
            #expect(result.status == 2)
            #expect(result.output.isEmpty)
            #expect(result.errors.contains(file), "\(result.errors)")
        }
        #expect(await tool.run("verify", "--seal", tool.folder.file("none.json")).status == 2)
    }
}
