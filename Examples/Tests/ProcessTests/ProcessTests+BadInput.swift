import EventLedger
import EventLedgerSQLite
import Foundation
import ProcessSupport
import ResearchWatcher
import Testing

extension ProcessTests {
    @Test("A run goes on over bad input, counts it, and names file and line", arguments: [false, true])
    func badCorpus(fansOut: Bool) async throws {
        try await withWorkshop { shop in
            let corpus = try shop.makeFolder("corpus")
            let cut = (1...3).map { CorpusFiles.record("1601.0000\($0)") + "\n" }.joined()
            try CorpusFiles.truncatedGzip(of: cut).write(to: URL(fileURLWithPath: corpus + "/2016-01-01.json.gz"))
            let bad = [
                CorpusFiles.record("1601.00004"), "no json", #"[null,{"title":["A title"]}]"#,
                CorpusFiles.record("1601.00005"),
            ]
            try Data((bad.joined(separator: "\n") + "\n").utf8)
                .write(to: URL(fileURLWithPath: corpus + "/2016-01-02.json"))

            try await shop.succeed(.collector, ["register", "--users", "2"])
            let mode = fansOut ? "--fanout" : "--no-fanout"
            let result = try await shop.succeed(
                .collector, ["run", mode, "--corpus", corpus, "--year", "2016", "--json"])
            let report = try #require(try result.objects.first)
            #expect(report["read"] == ["files": 2, "records": 6, "papers": 4, "problems": 3])
            let warnings = result.errors.split(separator: "\n")
            #expect(warnings.count == 3, "\(result.errors)")
            let places = ["2016-01-01.json.gz:3:", "2016-01-02.json:2:", "2016-01-02.json:3:"]
            for (warning, place) in zip(warnings, places) {
                #expect(warning.hasPrefix("warning: " + place))
            }
            if fansOut { try await shop.succeed(.worker, ["--until-idle"]) }
            try await shop.withLedger { ledger in
                #expect(try await ledger.digestedUsers() == ["user-001", "user-002"])
                try await ledger.expectAllDone()
            }
        }
    }

    @Test("A file that is no ledger stays as it is: status 3 and one line that says what to do")
    func noLedger() async throws {
        try await withWorkshop { shop in
            let content = Data(String(repeating: "This is a diary and no ledger.\n", count: 200).utf8)
            try content.write(to: URL(fileURLWithPath: shop.path("diary.txt")))
            let register = (Program.collector, ["register", "--users", "1"])
            for (program, arguments) in Self.commands + [register] {
                let result = try await shop.run(program, arguments, on: "diary.txt")
                expectUnavailable(result, "is not a ledger")
                #expect(FileManager.default.contents(atPath: shop.path("diary.txt")) == content)
            }
        }
    }

    @Test("A ledger that is not there is status 3, and none is made")
    func missingLedger() async throws {
        try await withWorkshop { shop in
            for (program, arguments) in Self.commands {
                let result = try await shop.run(program, arguments)
                expectUnavailable(result, "There is no ledger file")
                #expect(!FileManager.default.fileExists(atPath: shop.path(Workshop.ledger)))
            }
            try await shop.succeed(.collector, ["register", "--users", "1"])
            let result = try await shop.run(.collector, ["compare", shop.path("other.sqlite")])
            expectUnavailable(result, "There is no ledger file")
        }
    }

    /// Commands that need a ledger.
    private static let commands: [(Program, [String])] = [
        (.collector, ["run", "--no-fanout"]), (.collector, ["search", "networks", "--user", "user-001"]),
        (.collector, ["digest", "user-001"]), (.collector, ["replay", "--compare"]), (.worker, ["--until-idle"]),
        (.agents, ["summarize"]), (.agents, ["trends"]),
    ]

    private func expectUnavailable(
        _ result: ChildProcess.Finished, _ reason: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(result.status == 3, "\(result.summary)", sourceLocation: sourceLocation)
        #expect(result.output.isEmpty, "\(result.summary)", sourceLocation: sourceLocation)
        let lines = result.errors.split(separator: "\n")
        #expect(lines.count == 1, "\(result.summary)", sourceLocation: sourceLocation)
        #expect(result.errors.hasPrefix("error: "), "\(result.summary)", sourceLocation: sourceLocation)
        #expect(result.errors.contains(reason), "\(result.summary)", sourceLocation: sourceLocation)
    }
}
