import EventLedger

/// Reads the fields of a document of which it is known what they should be.
struct FirestoreFields {
    let fields: [String: FirestoreValue]
    let path: String

    init(_ fields: [String: FirestoreValue], at path: String) {
        self.fields = fields
        self.path = path
    }

    init(_ document: FirestoreDocument) { self.init(document.fields, at: document.path) }

    func integer(_ name: String) throws -> Int64 {
        guard case .integer(let value) = fields[name] else { throw corrupt(name) }
        return value
    }

    /// A number that is counted on with: a position, a revision. Nothing that the library writes comes near the end of the
    /// range, so that it can be added to without looking.
    func count(_ name: String) throws -> Int64 {
        let value = try integer(name)
        guard (0...Int64.max / 2).contains(value) else { throw corrupt(name) }
        return value
    }

    func string(_ name: String) throws -> String {
        guard case .string(let value) = fields[name] else { throw corrupt(name) }
        return value
    }

    func bytes(_ name: String) throws -> [UInt8] {
        guard case .bytes(let value) = fields[name] else { throw corrupt(name) }
        return value
    }

    func hash(_ name: String) throws -> EventHash {
        guard let hash = EventHash(try bytes(name)) else { throw corrupt(name) }
        return hash
    }

    func strings(_ name: String) throws -> [String] {
        guard let value = fields[name] else { return [] }
        guard case .array(let elements) = value else { throw corrupt(name) }
        return try elements.map { element in
            guard case .string(let text) = element else { throw corrupt(name) }
            return text
        }
    }

    func corrupt(_ name: String) -> LedgerError {
        LedgerError(
            .corrupt,
            "The document '\(path)' has no valid field '\(name)'. Something other than EventLedger has written to it.",
            details: ["path": path, "field": name]
        )
    }
}
