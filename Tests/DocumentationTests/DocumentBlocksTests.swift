import Testing

@Suite("The documents") struct DocumentBlocksTests {
    @Test("Every block of Swift stands verbatim in a file of this target, which compiles and runs it")
    func blocks() throws {
        let repository = Repository()
        let sources = try repository.sources()
        var count = 0
        for path in try repository.paths() {
            for block in try repository.blocks(of: path) where !block.isOfManifest {
                count += 1
                let isCompiled = sources.contains { Self.contains($0, block.lines) }
                #expect(isCompiled, "\(block) stands in no file of Tests/DocumentationTests.")
            }
        }
        #expect(count > 0, "There are blocks to look for.")
    }

    @Test("Links to files of the repository lead somewhere")
    func links() throws {
        let repository = Repository()
        for path in try repository.paths() {
            let dead = try repository.deadLinks(in: path)
            #expect(dead.isEmpty, "\(path) links to what is not there.")
        }
    }

    private static func contains(_ lines: [String], _ wanted: [String]) -> Bool {
        guard let first = wanted.first, lines.count >= wanted.count else { return wanted.isEmpty }
        return lines.indices.contains { start in
            lines[start] == first && lines[start...].starts(with: wanted)
        }
    }
}
