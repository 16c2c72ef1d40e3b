import EventLedger
import EventLedgerTesting
import Testing

@testable import EventLedgerCommands

@Suite struct OutputTests {
    @Test func tablesFitTheTerminal() {
        let rows: [[Cell]] = [["a", "1", Cell(String(repeating: "x", count: 100))]]
        let layout = TableLayout(
            [Column("id"), Column("n", .right), Column("data")], rows: rows, width: 40, usesColor: false)
        #expect(layout.header == "ID  N  DATA")
        #expect(layout.line(rows[0]).count == 40)
        #expect(layout.line(rows[0]).hasPrefix("a   1  xxx"))
        #expect(layout.line(rows[0]).hasSuffix("…"))
    }

    @Test func cellsControlNoTerminal() {
        #expect(Cell("a\u{1B}[31mb\n").text == "a\u{FFFD}[31mb\u{FFFD}")
    }

    @Test func jsonLinesKeepBytes() throws {
        var line = JSONLine()
        line.add("a\"b", .string("x"))
        line.add("none", nil)
        line.add("data", verbatim: try JSONText(#"{"n": 1.0, "n": 2}"#))
        #expect(String(decoding: line.bytes, as: UTF8.self) == #"{"a\"b":"x","data":{"n":1.0,"n":2}}"# + "\n")
    }

    @Test func recordsAreLinesOrATable() async throws {
        for isTable in [false, true] {
            let sink = MemorySink()
            let output = CommandOutput(standardOutput: sink, standardError: sink)
            var writer = RecordWriter([Column("n", .right)], to: output, asTable: isTable)
            for number in [9, 10] {
                try await writer.write {
                    var line = JSONLine()
                    line.add("n", .number(number))
                    return line
                } row: {
                    [Cell(number)]
                }
            }
            try await writer.flush()
            #expect(sink.text == (isTable ? " N\n 9\n10\n" : "{\"n\":9}\n{\"n\":10}\n"))
        }
    }

    @Test(arguments: [0, 1, 200, 201]) func onlyAPersonIsToldOfAnEmptyList(_ count: Int) async throws {
        for isTable in [false, true] {
            let sink = MemorySink()
            var writer = RecordWriter(
                [Column("n")], to: CommandOutput(standardOutput: sink, standardError: sink), asTable: isTable)
            for number in 0..<count {
                try await writer.write(json: { JSONLine() }, row: { [Cell(number)] })
            }
            try await writer.finish(orRemark: "No numbers.")
            #expect(sink.text.contains("No numbers.\n") == (isTable && count == 0))
            #expect(sink.text.split(separator: "\n").count == (isTable ? count + 1 : count))
        }
    }

    @Test func progressSaysRateAndTimeLeft() {
        let line = ProgressLine(done: 25_000, total: 100_000, elapsed: .seconds(5))
        #expect(line.rate == 5000)
        #expect(line.secondsLeft == 15)
        let text = line.text(label: "Replaying", width: 100)
        #expect(text.contains("25 %  25,000 of 100,000  5,000/s  0:15 left"))
        #expect(text.count <= 100)
        #expect(line.text(label: "Replaying", width: 30).count <= 30)
        #expect(
            ProgressLine(done: 1200, total: nil, elapsed: .seconds(2)).text(label: "Importing", width: 80)
                == "Importing 1,200  600/s")
        #expect(ProgressLine.time(3725) == "1:02:05")
    }

    @Test func progressIsShownAfterASecondAndTakenAway() async throws {
        let clock = TestClock()
        let errors = MemorySink()
        let context = CommandContext(
            input: MemorySource(""),
            output: CommandOutput(standardOutput: MemorySink(), standardError: errors, errorIsTerminal: true),
            environment: [:], clock: clock, untilInterrupted: {}
        )
        let bar = ProgressBar("Reading", in: context)
        bar.update(done: 1, total: 10)
        await bar.finish()
        #expect(errors.text.isEmpty)
        clock.advance(by: .seconds(2))
        bar.update(done: 5, total: 10)
        await bar.finish()
        #expect(errors.text.contains("50 %"))
        #expect(errors.text.hasSuffix("\r\u{1B}[K"))
    }

    @Test func linesComeWholeFromPieces() async throws {
        for size in [1, 3, 100] {
            var reader = LineReader(MemorySource("ab\n\n  \ncdef\r\nlast", pieceSize: size))
            var lines: [String] = []
            var numbers: [Int] = []
            while let line = try await reader.next() {
                lines.append(String(decoding: line.bytes, as: UTF8.self))
                numbers.append(line.number)
            }
            #expect(lines == ["ab", "cdef\r", "last"])
            #expect(numbers == [1, 4, 5])
        }
    }
}
