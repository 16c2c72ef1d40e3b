extension VersionCondition {
    /// Checks the condition against a document's stored version.
    ///
    /// - Parameters:
    ///   - version: The stored version; `nil` where there is no document.
    ///   - key: The document, for the error.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/conflict`` that names what was expected and what was found.
    public func check(_ version: Int64?, of key: DocumentKey) throws {
        guard !holds(for: version) else { return }
        let found = version.map { "it has version \($0)" } ?? "it does not exist"
        throw LedgerError(
            .conflict,
            "The document '\(key)' was expected to \(text), but \(found). Read it again and decide anew.",
            details: [
                "document": key.description, "expected": detail, "found": version.map { "\($0)" } ?? "absent",
            ]
        )
    }

    private var text: String {
        switch self {
        case .any: "be in any state"
        case .absent: "be absent"
        case .present: "exist"
        case .version(let version): "have version \(version)"
        }
    }

    private var detail: String {
        switch self {
        case .any: "any"
        case .absent: "absent"
        case .present: "present"
        case .version(let version): "\(version)"
        }
    }
}
