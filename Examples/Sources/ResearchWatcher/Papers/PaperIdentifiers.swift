/// The normal forms of identifiers, and the document id made of them.
enum PaperIdentifiers {
    /// The DOIs that arXiv itself gives to preprints. They do not say that a paper was published elsewhere.
    static let arXivDOIPrefix = "10.48550/"

    /// A DOI in lowercase without resolver or scheme.
    ///
    /// - Returns: nil if the text is no DOI.
    static func doi(_ text: String) -> String? {
        var doi = TextFolding.collapse(text).lowercased()
        let prefixes = ["https://", "http://", "www.", "dx.doi.org/", "doi.org/", "doi:", " "]
        while let prefix = prefixes.first(where: { doi.hasPrefix($0) }) {
            doi.removeFirst(prefix.count)
        }
        while let last = doi.utf8.last, last == UInt8(ascii: ".") || last == UInt8(ascii: ",") || last == 0x20 {
            doi.removeLast()
        }
        guard doi.hasPrefix("10."), doi.utf8.contains(UInt8(ascii: "/")) else { return nil }
        return doi
    }

    /// An arXiv id in lowercase without URL, scheme, version and subject class: `1706.03762`, `hep-th/9711200`.
    ///
    /// - Returns: nil if nothing is left.
    static func arXivID(_ text: String) -> String? {
        var id = TextFolding.collapse(text).lowercased()
        let prefixes = ["https://", "http://", "www.", "arxiv.org/abs/", "arxiv.org/pdf/", "arxiv:", " "]
        while let prefix = prefixes.first(where: { id.hasPrefix($0) }) {
            id.removeFirst(prefix.count)
        }
        id = withoutSubjectClass(withoutVersion(id))
        return id.isEmpty ? nil : id
    }

    /// The id of a paper: by arXiv id, else by DOI, else by title.
    ///
    /// It holds lowercase letters, digits and `.-_:()~`, never a slash, so it is a legal document id everywhere.
    /// Different identifiers give different ids: a slash becomes `_`, any other byte `~` and two hexadecimal digits.
    static func paperID(arXivID: String?, doi: String?, title: String, authors: [String]) -> String {
        if let arXivID { return "arxiv:" + escaped(arXivID) }
        if let doi { return "doi:" + escaped(doi) }
        let folded = TextFolding.fold(title)
        // A title of symbols only folds to nothing and would make all such papers one.
        return "title:" + StableHash.hex(folded.isEmpty ? ([title] + authors).joined(separator: "\n") : folded)
    }

    private static func withoutVersion(_ id: String) -> String {
        guard let mark = id.lastIndex(of: "v"), mark != id.startIndex else { return id }
        let version = id[id.index(after: mark)...]
        guard !version.isEmpty, version.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return id }
        guard let before = id[..<mark].utf8.last, (0x30...0x39).contains(before) else { return id }
        // Again, so that a normal form is its own normal form whatever the input.
        return withoutVersion(String(id[..<mark]))
    }

    // math.GT/0309136 and math/0309136 are the same paper.
    private static func withoutSubjectClass(_ id: String) -> String {
        guard let slash = id.firstIndex(of: "/"), let dot = id.firstIndex(of: "."), dot < slash else { return id }
        return String(id[..<dot]) + String(id[slash...])
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
                UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "("), UInt8(ascii: ")"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "/"):
                result += "_"
            default:
                result += byte < 16 ? "~0" : "~"
                result += String(byte, radix: 16)
            }
        }
        // Names of documents end at 256 bytes. A doubled tilde cannot come from escaping.
        return result.utf8.count <= 200 ? result : "~~" + StableHash.hex(text)
    }
}
