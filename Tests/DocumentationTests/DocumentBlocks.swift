import Foundation

/// A block of code in a document, between two fences.
struct DocumentBlock: Sendable, CustomStringConvertible {
    let document: String
    /// The number of its first line, from 1.
    let line: Int
    let lines: [String]

    var description: String { "\(document):\(line)" }

    /// Lines of a manifest are no program: a block that begins with one of these is not compiled.
    var isOfManifest: Bool {
        lines.first.map { $0.hasPrefix(".package(") || $0.hasPrefix(".product(") } ?? false
    }
}

/// The repository's documents and the code of this target.
struct Repository {
    private let root: URL

    init() {
        // <root>/Tests/DocumentationTests/DocumentBlocks.swift
        root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    /// The paths of README.md and the guides, relative to the repository.
    func paths() throws -> [String] {
        let guides = try names(in: "Documentation", ending: ".md")
        return ["README.md"] + guides.map { "Documentation/\($0)" }
    }

    /// The files of this target, each as lines without the white space around them.
    func sources() throws -> [[String]] {
        try names(in: "Tests/DocumentationTests", ending: ".swift").map { name in
            try lines(of: "Tests/DocumentationTests/\(name)").map(Self.trimmed)
        }
    }

    /// The blocks of a document that are marked as Swift.
    func blocks(of document: String) throws -> [DocumentBlock] {
        var blocks: [DocumentBlock] = []
        var current: (isSwift: Bool, first: Int, lines: [String])?
        for (index, text) in try lines(of: document).enumerated() {
            let line = Self.trimmed(text)
            guard line.hasPrefix("```") else {
                current?.lines.append(line)
                continue
            }
            if let block = current {
                if block.isSwift { blocks.append(.init(document: document, line: block.first, lines: block.lines)) }
                current = nil
            } else {
                current = (isSwift: line == "```swift", first: index + 2, lines: [])
            }
        }
        // A fence that is never closed hides what follows it.
        if let block = current { blocks.append(.init(document: document, line: block.first, lines: ["An open fence"])) }
        return blocks
    }

    /// What the document's links to files of the repository lead to and is not there.
    func deadLinks(in document: String) throws -> [String] {
        let folder = root.appendingPathComponent(document).deletingLastPathComponent()
        return try lines(of: document).flatMap { line -> [String] in
            line.components(separatedBy: "](").dropFirst().compactMap { rest -> String? in
                let target = String(rest.prefix { $0 != ")" && $0 != "#" })
                guard !target.isEmpty, !target.contains("://") else { return nil }
                let path = folder.appendingPathComponent(target).path
                return FileManager.default.fileExists(atPath: path) ? nil : target
            }
        }
    }

    private func names(in folder: String, ending suffix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)
            .filter { $0.hasSuffix(suffix) }.sorted()
    }

    private func lines(of path: String) throws -> [String] {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private static func trimmed(_ line: String) -> String { line.trimmingCharacters(in: .whitespaces) }
}
