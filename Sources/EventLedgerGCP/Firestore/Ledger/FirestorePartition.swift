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

    /// Checks what says how the ledger is laid out.
    ///
    /// - Throws: ``LedgerError`` with `schemaTooNew`, or `invalidValue` for another number of partitions.
    func check(_ description: FirestoreDocument) throws {
        let read = FirestoreFields(description)
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

    /// Describes the ledger, with its first commit.
    var description: FirestoreWrite {
        FirestoreWrite(
            paths.description,
            .set(["format": .integer(Self.format), "partitions": .integer(Int64(count))]), if: .exists(false)
        )
    }

    private static let format: Int64 = 1
}
