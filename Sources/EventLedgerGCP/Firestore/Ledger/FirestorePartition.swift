import EventLedger

/// One ordered part of a ledger on Firestore; a whole ledger is one partition.
struct FirestorePartition: Sendable {
    let database: FirestoreDatabase
    let paths: FirestoreLedgerPaths
    /// Its number, from 0.
    let number: Int
    /// How many the ledger has.
    let count: Int

    /// What it is about, for errors.
    var resource: String { "the ledger '\(paths.root)' in \(database)" }

    /// The same partition, of which calls end sooner.
    func answering(within limit: Duration) -> FirestorePartition {
        FirestorePartition(
            database: database.answering(within: limit), paths: paths, number: number, count: count
        )
    }

    /// Reads the head.
    func head(at readTime: String? = nil) async throws -> FirestoreHead {
        let path = paths.head(number)
        return try FirestoreHead(
            try await database.read([path], at: readTime, resource: resource).documents[path]
        )
    }

    /// Requires that the ledger is there, and laid out as it was opened; one read.
    ///
    /// - Throws: ``LedgerError`` with `notFound`, or what ``check(_:)`` throws.
    func requireExisting() async throws {
        let path = paths.description
        guard let description = try await database.read([path], resource: resource).documents[path] else {
            throw LedgerError(
                .notFound,
                "There is no ledger '\(paths.name)' in \(database). Check the names of project, database and ledger, or create "
                    + "the ledger by writing to it.",
                details: ["database": database.name, "ledger": paths.name]
            )
        }
        try check(description)
    }

    /// Makes the ledger where it is not there; one read, and two writes where it is made.
    ///
    /// - Returns: Whether it was not there before.
    /// - Throws: ``LedgerError``; where it is there, what ``check(_:)`` throws.
    func createIfMissing() async throws -> Bool {
        let path = paths.description
        return try await FirestoreChange.run(database, reading: [path], resource: resource) { workspace in
            if let fields = try workspace.fields(at: path) {
                try check(FirestoreFields(fields, at: path))
                return false
            }
            try workspace.set(layout, at: path)
            return true
        }
    }

    /// Checks what says how the ledger is laid out.
    ///
    /// - Throws: ``LedgerError`` with `schemaTooNew`, or `invalidValue` for another number of partitions.
    func check(_ description: FirestoreDocument) throws { try check(FirestoreFields(description)) }

    private func check(_ read: FirestoreFields) throws {
        let format = try read.integer("format"), partitions = try read.integer("partitions")
        guard format == Self.format else {
            throw LedgerError(
                .schemaTooNew,
                "\(resource) has format \(format), this program knows format \(Self.format). Update the program.",
                details: ["format": "\(format)"]
            )
        }
        guard partitions == Int64(count) else {
            throw LedgerError(
                .invalidValue,
                "\(resource) has \(partitions) partitions, but was opened with \(count). The number is fixed with the first "
                    + "commit.",
                details: ["partitions": "\(partitions)"]
            )
        }
    }

    /// Describes the ledger: makes it.
    var description: FirestoreWrite { FirestoreWrite(paths.description, .set(layout), if: .exists(false)) }

    private var layout: [String: FirestoreValue] {
        ["format": .integer(Self.format), "partitions": .integer(Int64(count))]
    }

    private static let format: Int64 = 1
}
