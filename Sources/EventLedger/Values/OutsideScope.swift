/// Collects what a holder of less authority tried to write and may not, each thing once.
struct OutsideScope {
    // An error names so many things and counts the rest.
    private static let namedCount = 5

    private var seen: Set<String> = []
    private var named: [String] = []

    mutating func add<Name: LedgerName>(_ name: Name) {
        // A name that no ledger would take is not repeated: it may be of any length.
        let isValid = (try? name.validate()) != nil
        add(isValid ? "the \(Name.noun) '\(name)'" : "an invalid \(Name.noun)")
    }

    mutating func add(_ thing: String) {
        guard seen.insert(thing).inserted, named.count < Self.namedCount else { return }
        named.append(thing)
    }

    /// - Throws: ``LedgerError`` with ``LedgerError/Code/forbidden`` where anything was added.
    func check() throws {
        guard !seen.isEmpty else { return }
        let rest = seen.count - named.count
        throw LedgerError.outsideScope(named.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : ""))
    }
}

extension LedgerError {
    /// The refusal of what a holder of less authority may not do.
    static func outsideScope(_ what: String) -> LedgerError {
        LedgerError(
            .forbidden,
            "Outside the scope: \(what). Nothing was written. Ask for a wider scope, or leave this to whoever has it.",
            details: ["outside": what]
        )
    }
}
