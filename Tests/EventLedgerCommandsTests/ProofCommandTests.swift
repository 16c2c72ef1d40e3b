import EventLedger
import EventLedgerCommands
import Foundation
import TestSupport
import Testing

@Suite struct ProofCommandTests {
    /// A ledger of nine events with seals of five and of nine, and an export.
    private struct Workplace {
        let tool: Tool
        let old: String, new: String, proof: String, events: String

        init() async throws {
            tool = try Tool()
            old = tool.folder.file("old.json")
            new = tool.folder.file("new.json")
            proof = tool.folder.file("proof.json")
            events = tool.folder.file("events.jsonl")
            #expect(await tool.append(1...5).status == 0)
            #expect(await tool.run("seal", "--output", old).status == 0)
            #expect(await tool.append(6...9).status == 0)
            #expect(await tool.run("seal", "--output", new).status == 0)
            #expect(await tool.run("export", "--output", events).status == 0)
        }

        /// A command that has nothing to do with the ledger.
        func check(_ arguments: String...) async -> Tool.Result {
            await tool.run(EventLedgerCommand.self, ["check"] + arguments)
        }

        func change(_ file: String, _ text: String, to other: String) throws {
            let content = try String(contentsOfFile: file, encoding: .utf8)
            #expect(content.contains(text))
            try content.replacing(text, with: other).write(toFile: file, atomically: true, encoding: .utf8)
        }
    }

    @Test func anEventIsProvenWithoutTheLedger() async throws {
        let place = try await Workplace()
        let made = await place.tool.run(
            "prove", "inclusion", "--position", "3", "--seal", place.new, "--output", place.proof)
        #expect(made.status == 0, "\(made.errors)")
        try FileManager.default.removeItem(atPath: place.tool.ledger)

        let byHash = await place.check("inclusion", place.proof, "--seal", place.new)
        #expect(byHash.status == 0, "\(byHash.errors)")
        #expect(try byHash.objects.first?["verdict"] == "proven")
        let byContent = await place.check("inclusion", place.proof, "--seal", place.new, "--event", place.events)
        #expect(byContent.status == 0, "\(byContent.errors)")

        let otherSeal = await place.check("inclusion", place.proof, "--seal", place.old)
        #expect(otherSeal.status == 1)
        #expect(try otherSeal.objects.first?["verdict"] == "other-size")
        try place.change(place.events, #""n":3"#, to: #""n":4"#)
        let changed = await place.check("inclusion", place.proof, "--seal", place.new, "--event", place.events)
        #expect(changed.status == 1)
        #expect(try changed.objects.first?["verdict"] == "other-event")
        try place.change(place.proof, #""position":3"#, to: #""position":4"#)
        let moved = await place.check("inclusion", place.proof, "--seal", place.new)
        #expect(moved.status == 1)
        #expect(try moved.objects.first?["verdict"] == "refuted")
    }

    @Test func growthIsProvenWithoutTheLedger() async throws {
        let place = try await Workplace()
        let made = await place.tool.run(
            "prove", "consistency", "--from-seal", place.old, "--to-seal", place.new, "--output", place.proof)
        #expect(made.status == 0, "\(made.errors)")
        let checked = await place.check("consistency", place.proof, "--from-seal", place.old, "--to-seal", place.new)
        #expect(checked.status == 0, "\(checked.errors)")
        let swapped = await place.check("consistency", place.proof, "--from-seal", place.new, "--to-seal", place.old)
        #expect(swapped.status == 1)

        let other = try await Workplace()
        let foreign = await place.check("consistency", place.proof, "--from-seal", other.old, "--to-seal", place.new)
        #expect(foreign.status == 1)
        #expect(try foreign.objects.first?["verdict"] == "refuted")
    }

    @Test func proofsAreForSizesToo() async throws {
        let place = try await Workplace()
        let inclusion = await place.tool.run("prove", "inclusion", "--position", "3")
        #expect(try InclusionProof(json: Array(inclusion.output.utf8)).size == 9)
        let first = await place.tool.run("prove", "inclusion", "--position", "3", "--size", "5")
        #expect(try InclusionProof(json: Array(first.output.utf8)).size == 5)
        let consistency = await place.tool.run("prove", "consistency", "--from", "2")
        let proof = try ConsistencyProof(json: Array(consistency.output.utf8))
        #expect(proof.from == 2 && proof.to == 9)
    }

    @Test func whatCannotBeProvenIsSaid() async throws {
        let place = try await Workplace(), other = try await Workplace()
        let tool = place.tool
        let foreign = await tool.run("prove", "inclusion", "--position", "3", "--seal", other.new)
        #expect(foreign.status == 1)
        #expect(foreign.output.isEmpty)
        #expect(await tool.run("prove", "consistency", "--from-seal", place.old, "--to-seal", other.new).status == 1)
        #expect(await tool.run("prove", "inclusion", "--position", "10").status == 2)
        #expect(await tool.run("prove", "inclusion", "--position", "0").status == 2)
        #expect(await tool.run("prove", "inclusion", "--position", "6", "--seal", place.old).status == 2)
        #expect(await tool.run("prove", "inclusion", "--position", "3", "--size", "9", "--seal", place.new).status == 2)
        #expect(await tool.run("prove", "consistency", "--from", "9", "--to", "5").status == 2)
        #expect(await tool.run("prove", "consistency", "--to", "5").status == 2)
        #expect(await tool.run("prove", "consistency", "--from", "1", "--from-seal", place.old).status == 2)
        #expect(await place.check("inclusion", place.new, "--seal", place.new).status == 2)
        #expect(
            await place.check("consistency", place.proof, "--from-seal", place.old, "--to-seal", place.new).status == 2)
    }

    @Test func aProofTakesTheFileOfNothingElse() async throws {
        let place = try await Workplace()
        let before = try String(contentsOfFile: place.old, encoding: .utf8)
        let refused = await place.tool.run("prove", "inclusion", "--position", "3", "--output", place.old)
        #expect(refused.status == 1)
        #expect(try String(contentsOfFile: place.old, encoding: .utf8) == before)
        for isNew in [true, false] {
            let made = await place.tool.run("prove", "inclusion", "--position", "3", "--output", place.proof)
            #expect(made.status == 0, "\(made.errors)")
            #expect(try made.objects.first?["written"] == .bool(isNew))
        }
        #expect(await place.tool.run("prove", "inclusion", "--position", "4", "--output", place.proof).status == 1)
    }

    @Test func theEventHasToBeInTheFile() async throws {
        let place = try await Workplace()
        #expect(
            await place.tool.run("prove", "inclusion", "--position", "3", "--output", place.proof).status == 0)
        let rest = place.tool.folder.file("rest.jsonl")
        #expect(await place.tool.run("export", "--after", "3", "--output", rest).status == 0)
        let missing = await place.check("inclusion", place.proof, "--seal", place.new, "--event", rest)
        #expect(missing.status == 2)
        #expect(missing.errors.contains("position 3"))
        let wrong = await place.check("inclusion", place.proof, "--seal", place.new, "--event", place.old)
        #expect(wrong.status == 2)
    }
}
