import EventLedger
import EventLedgerCommands
import TestSupport
import Testing

@Suite struct EventCommandTests {
    @Test func appendedEventsAreReadByteForByte() async throws {
        let tool = try Tool()
        let input = #"""
            {"type":"user.registered","data":{"b": 1.0, "a":"\u00e9"},"tags":["user:ada"],"id":"e1","metadata":{"actor":"test"}}

            {"data":null,"type":"user.left","stream":"user-bob","occurredAt":"2026-01-05","schemaVersion":2}
            """#
        let receipt = await tool.run("append", "--stream", "user-ada", "--expect", "new", input: input)
        #expect(receipt.status == 0, "\(receipt.errors)")
        #expect(try receipt.objects.first?["position"] == 2)
        #expect(try receipt.objects.first?["duplicate"] == false)
        #expect(receipt.errors.isEmpty)

        let read = await tool.run("read")
        #expect(read.status == 0)
        #expect(read.lines.count == 2)
        #expect(read.lines.first?.hasSuffix(#""data":{"b":1.0,"a":"\u00e9"}}"#) == true)
        let second = try #require(try read.objects.last)
        #expect(second["stream"] == "user-bob")
        #expect(second["occurredAt"] == "2026-01-05T00:00:00.000000Z")
        #expect(second["schemaVersion"] == 2)
    }

    @Test func aCommitIsRecognisedByItsID() async throws {
        let tool = try Tool()
        let input = #"{"type":"counted","data":1,"stream":"s"}"#
        let first = await tool.run("append", "--commit-id", "c1", input: input)
        let second = await tool.run("append", "--commit-id", "c1", input: input)
        #expect(try first.objects.first?["duplicate"] == false)
        #expect(try second.objects.first?["duplicate"] == true)
        #expect(second.status == 0)
        #expect(await tool.run("read").lines.count == 1)
    }

    @Test func whatIsReadCanBeAppended() async throws {
        let tool = try Tool(), copy = try Tool()
        #expect(await tool.append(1...3).status == 0)
        let read = await tool.run("read")
        #expect(await copy.run("append", input: read.output).status == 0)
        let ids = try read.objects.map { $0["id"] }
        #expect(try await copy.run("read").objects.map { $0["id"] } == ids)
    }

    @Test func longInputBecomesSeveralCommitsThatContinueEachOther() async throws {
        let tool = try Tool()
        let input = (1...1001).map { #"{"type":"counted","data":\#($0)}"# }.joined(separator: "\n")
        let result = await tool.run("append", "--stream", "s", "--expect", "new", input: input)
        #expect(result.status == 0, "\(result.errors)")
        #expect(try result.objects.map { $0["events"] } == [500, 500, 1])
        let tooMuch = await tool.run("append", "--stream", "s", "--commit-id", "c", input: input)
        #expect(tooMuch.status == 2)
        #expect(tooMuch.errors.contains("Line 501"))
        #expect(try await tool.run("read", "--backwards", "--limit", "1").objects.first?["position"] == 1001)
    }

    @Test func aConflictIsStatusOneAndOneLine() async throws {
        let tool = try Tool()
        #expect(await tool.append(1...2).status == 0)
        let result = await tool.run(
            "append", "--stream", "counter-a", "--expect", "1", input: #"{"type":"counted","data":3}"#
        )
        #expect(result.status == 1)
        #expect(result.output.isEmpty)
        #expect(result.errors.hasPrefix("error: "))
        #expect(result.errors.split(separator: "\n").count == 1)
        #expect(result.errors.contains("revision 1") && result.errors.contains("revision 2"))
    }

    @Test func anExpectationThatNoLineIsUnderIsRefused() async throws {
        let tool = try Tool()
        let line = #"{"type":"counted","data":1,"stream":"other"}"#
        let result = await tool.run("append", "--stream", "counter-a", "--expect", "7", input: line)
        #expect(result.status == 2)
        #expect(result.errors.contains("'counter-a'"))
        #expect(await tool.run("read").status == 3)
    }

    @Test func aConditionRefusesWhatWasOvertaken() async throws {
        let tool = try Tool()
        #expect(await tool.append(1...2).status == 0)
        let line = #"{"type":"decided","data":{},"stream":"d"}"#
        #expect(await tool.run("append", "--unless", "type=counted after=1", input: line).status == 1)
        #expect(await tool.run("append", "--unless", "type=counted after=2", input: line).status == 0)
        #expect(await tool.run("append", "--unless", "kind=counted", input: line).status == 2)
    }

    @Test(arguments: [
        (#"{"type":"a","data":"#, "byte"), ("[]", "object"), (#"{"data":1}"#, "'type' is missing"),
        (#"{"type":"a"}"#, "'data' is missing"), (#"{"type":"a","data":1,"tag":"x"}"#, "'tag' is not known"),
        (#"{"type":"a","data":1,"tags":"x"}"#, "'tags' is not an array"),
        (#"{"type":"a","data":1,"occurredAt":"x"}"#, "'occurredAt' is not"),
        (#"{"type":"a","type":"b","data":1}"#, "'type' occurs twice"),
        (#"{"type":"","data":1}"#, "An event type is empty"),
    ])
    func aBadLineIsNamedAndNothingIsWritten(_ line: String, _ reason: String) async throws {
        let tool = try Tool()
        let result = await tool.run("append", "--stream", "s", input: #"{"type":"a","data":1}"# + "\n" + line)
        #expect(result.status == 2)
        #expect(result.errors.contains("Line 2"), "\(result.errors)")
        #expect(result.errors.contains(reason), "\(result.errors)")
        #expect(await tool.run("read").status == 3)
    }

    @Test func selectionsCompose() async throws {
        let tool = try Tool()
        #expect(await tool.append(1...5).status == 0)
        #expect(await tool.append(1...2, to: "other-b").status == 0)
        func positions(_ arguments: String...) async throws -> [JSONValue?] {
            let result = await tool.run(EventLedgerCommand.self, ["read", "--ledger", tool.ledger] + arguments)
            #expect(result.status == 0, "\(result.errors)")
            return try result.objects.map { $0["position"] }
        }
        #expect(try await positions("--category", "counter", "--after", "3") == [4, 5])
        #expect(try await positions("--stream", "counter-a", "--tag", "n:2") == [2])
        #expect(
            try await positions("--stream", "counter-a", "--type", "counted", "--backwards", "--limit", "2") == [5, 4])
        #expect(try await positions("--tag", "n:1") == [1, 6])
        #expect(try await positions("--tag", "n:1", "--tag", "n:2") == [])
        #expect(try await positions("--until", "2000-01-01") == [])
        #expect(try await positions("--limit", "0") == [])
    }

    @Test func tailShowsWhatThereIsAndEndsWhenInterrupted() async throws {
        var tool = try Tool()
        #expect(await tool.append(1...3).status == 0)
        let output = MemorySink()
        tool.untilInterrupted = {
            while output.text.split(separator: "\n").count < 2, !Task.isCancelled { await Task.yield() }
        }
        let status = await CommandRunner.run(
            EventLedgerCommand.self, arguments: ["tail", "--after", "1", "--ledger", tool.ledger],
            in: tool.context(output, MemorySink(), input: "")
        )
        #expect(status == 0)
        #expect(output.text.contains(#""position":2,"#) && output.text.contains(#""position":3,"#))
        #expect(!output.text.contains(#""position":1,"#))
    }

    @Test func aClosedPipeEndsQuietly() async throws {
        let tool = try Tool()
        #expect(await tool.append(1...3).status == 0)
        let errors = MemorySink()
        let status = await CommandRunner.run(
            EventLedgerCommand.self, arguments: ["read", "--ledger", tool.ledger],
            in: tool.context(BrokenSink(), errors, input: "")
        )
        #expect(status == 0)
        #expect(errors.text.isEmpty)
    }

    @Test func aTerminalGetsATableUnlessJSONIsWanted() async throws {
        var tool = try Tool()
        #expect(await tool.append(1...1).status == 0)
        tool.isTerminal = true
        #expect(await tool.run("read").lines.first?.hasPrefix("POSITION") == true)
        #expect(await tool.run("read", "--json").lines.first?.hasPrefix("{") == true)
    }

    @Test func exportAndImportKeepEverything() async throws {
        let tool = try Tool(), copy = try Tool()
        #expect(await tool.append(1...4).status == 0)
        let file = tool.folder.file("export.jsonl")
        let exported = await tool.run("export", "--output", file)
        #expect(try exported.objects.first?["events"] == 4, "\(exported.errors)")
        let imported = await copy.run("import", "--input", file)
        #expect(try imported.objects.first?["imported"] == 4, "\(imported.errors)")
        #expect(await copy.run("read").output == tool.run("read").output)

        #expect(await tool.append(5...5).status == 0)
        let all = await tool.run("export")
        #expect(try await copy.run("import", input: all.output).objects.first?["imported"] == 1)
        #expect(await copy.run("verify", "--no-provenance", "--against", tool.ledger).status == 0)
    }

    @Test func exportReplacesNeitherTheLedgerNorWhatIsNoFile() async throws {
        let tool = try Tool()
        #expect(await tool.append(1...2).status == 0)
        let before = await tool.run("read").output
        let overLedger = await tool.run("export", "--output", tool.ledger)
        #expect(overLedger.status == 2)
        #expect(overLedger.errors.contains("belongs to the ledger"))
        #expect(await tool.run("export", "--output", tool.folder.path).status == 2)
        #expect(await tool.run("read").output == before)
    }

    @Test func importRefusesWhatWasChangedOrDoesNotFit() async throws {
        let tool = try Tool(), copy = try Tool()
        #expect(await tool.append(1...2).status == 0)
        let exported = await tool.run("export").output
        let changed = exported.replacing(#""n":2"#, with: #""n":3"#)
        #expect(await copy.run("import", input: changed).status == 1)
        let used = try Tool()
        #expect(await used.append(1...1).status == 0)
        #expect(await used.run("import", input: exported).status == 1)
        #expect(await copy.run("import", input: "{}").status == 2)
        #expect(await copy.run("import").status == 2)
    }
}
