import ResearchWatcher
import Testing

@Suite("arXiv day files")
struct DayFilesTests {
    private static func line(_ id: String) -> String {
        #"["\#(id)",{"title":["A\n  title"],"creator":["Tao, Terence"],"subject":["Mathematics - Probability"],"#
            + #""description":["  Some\ntext. ","Comment: 3 pages"],"date":["2011-05-31","2012-07-07"],"#
            + #""identifier":["http://arxiv.org/abs/\#(id)","Phys. Rev. D 88,\n  026010 (2013)","doi:10.1103/X.1"]}]"#
            + "\n"
    }

    private static func bytes(_ ids: [String]) -> [UInt8] {
        ids.flatMap { Array(line($0).utf8) }
    }

    private func kinds(_ problems: [SourceProblem]) -> [SourceProblem.Kind] {
        problems.map { $0.kind }
    }

    private static let many = (1...200).map { "1601.\(10000 + $0)" }

    @Test("A record becomes a paper")
    func record() async throws {
        try await withTemporaryDirectory { directory in
            try write(StoredGzip.file(Self.bytes(["1105.6220"])), to: directory + "/a.json.gz")
            let all = try await ArXivDayFiles(directory: directory).readAll()
            #expect(all.problems.isEmpty)
            let paper = try #require(all.papers.first)
            #expect(paper.id == "arxiv:1105.6220")
            #expect(paper.title == "A title")
            #expect(paper.abstract == "Some text.")
            #expect(paper.authors == ["Tao, Terence"])
            #expect(paper.doi == "10.1103/x.1")
            #expect(paper.journalReference == "Phys. Rev. D 88, 026010 (2013)")
            #expect(paper.venue == Venue(name: "Physical Review D", tier: .second))
            #expect(paper.submitted == CalendarDay("2011-05-31"))
            #expect(paper.revised == CalendarDay("2012-07-07"))
            #expect(paper.year == 2011)
            #expect(paper.openAccess)
            #expect(paper.provenance == ["arxiv"])
        }
    }

    @Test("Bad lines are reported by file and line, and the others are read")
    func badLines() async throws {
        try await withTemporaryDirectory { directory in
            var content = Self.bytes(["1601.00001"])
            content += Array("not json\n".utf8)
            content += Array("[null,{\"title\":[\"A\"]}]\n".utf8)
            let notUTF8: [UInt8] = [0x22, 0xff, 0xfe, 0x22, 0x0a]
            content += notUTF8
            content += Array("{\"id\":\"1601.00009\"}\n\n".utf8)
            content += Self.bytes(["1601.00002"])
            try write(content, to: directory + "/a.json")
            let all = try await ArXivDayFiles(directory: directory).readAll()
            #expect(all.papers.map { $0.id } == ["arxiv:1601.00001", "arxiv:1601.00002"])
            #expect(kinds(all.problems) == [SourceProblem.Kind.notJSON, .missingID, .invalidUTF8, .unexpectedShape])
            #expect(all.problems.compactMap { $0.line } == [2, 3, 4, 5])
            #expect(all.problems.first?.description == "a.json:2: the line is not JSON")
            #expect(all.report == SourceReport(files: 1, records: 6, papers: 2, problems: 4))
        }
    }

    @Test("A file that ends too early gives its whole lines and a problem")
    func truncated() async throws {
        try await withTemporaryDirectory { directory in
            let file = StoredGzip.file(Self.bytes(Self.many))
            try write(Array(file.prefix(file.count / 2)), to: directory + "/a.json.gz")
            try write(StoredGzip.file(Self.bytes(["1601.00001"])), to: directory + "/b.json.gz")
            let all = try await ArXivDayFiles(directory: directory).readAll()
            #expect(kinds(all.problems) == [SourceProblem.Kind.truncated])
            #expect(all.papers.count > 50 && all.papers.count < 150)
            #expect(all.papers.last?.id == "arxiv:1601.00001")
            #expect(all.problems.first?.line == all.papers.count)
        }
    }

    @Test("A file without its trailer is truncated, although all lines are there")
    func withoutTrailer() async throws {
        try await withTemporaryDirectory { directory in
            try write(Array(StoredGzip.file(Self.bytes(Self.many)).dropLast(8)), to: directory + "/a.json.gz")
            let all = try await ArXivDayFiles(directory: directory).readAll()
            #expect(all.papers.count == Self.many.count)
            #expect(kinds(all.problems) == [SourceProblem.Kind.truncated])
        }
    }

    @Test("Damage is reported, even where it shows only at the end")
    func corrupted() async throws {
        try await withTemporaryDirectory { directory in
            // More than zlib holds at once: the first lines are long delivered when the checksum turns out wrong.
            let ids = (1...2000).map { "1601.\(10000 + $0)" }
            var file = StoredGzip.file(Self.bytes(ids))
            file[file.count - 8] ^= 0xff
            try write(file, to: directory + "/a.json.gz")
            let all = try await ArXivDayFiles(directory: directory).readAll()
            #expect(kinds(all.problems) == [SourceProblem.Kind.corrupted])
            #expect(!all.papers.isEmpty)
            #expect(all.problems.first?.line == all.papers.count + 1)
        }
    }

    @Test("Plain text under a compressed file's name is not taken for data")
    func plainText() async throws {
        try await withTemporaryDirectory { directory in
            try write(Self.bytes(["1601.00001"]), to: directory + "/a.json.gz")
            try write([], to: directory + "/b.json.gz")
            let all = try await ArXivDayFiles(directory: directory).readAll()
            #expect(all.papers.isEmpty)
            #expect(kinds(all.problems) == [SourceProblem.Kind.notGzip, .notGzip])
        }
    }

    @Test("An empty compressed file holds no records and no problem")
    func empty() async throws {
        try await withTemporaryDirectory { directory in
            try write(StoredGzip.file([]), to: directory + "/a.json.gz")
            let all = try await ArXivDayFiles(directory: directory).readAll()
            #expect(all.report == SourceReport(files: 1))
        }
    }

    @Test("A last line without a line end is read, and files come in the order of their names")
    func order() async throws {
        try await withTemporaryDirectory { directory in
            try write(StoredGzip.file(Array(Self.bytes(["1601.00002"]).dropLast(1))), to: directory + "/b.json.gz")
            try write(Self.bytes(["1601.00001"]), to: directory + "/a.json")
            try write([1, 2, 3], to: directory + "/c.txt")
            let all = try await ArXivDayFiles(directory: directory).readAll()
            #expect(all.papers.map { $0.id } == ["arxiv:1601.00001", "arxiv:1601.00002"])
            #expect(all.problems.isEmpty)
        }
    }

    @Test("A directory that is not there, or holds nothing, is an error that says so")
    func noDirectory() async throws {
        try await withTemporaryDirectory { directory in
            await #expect(throws: SourceError.self) {
                _ = try await ArXivDayFiles(directory: directory + "/nowhere").readAll()
            }
            await #expect(throws: SourceError.noDayFiles(path: directory)) {
                _ = try await ArXivDayFiles(directory: directory).readAll()
            }
        }
    }
}
