/// The calls that the library makes to a Firestore database.
package struct FirestoreDatabase: Sendable {
    /// `projects/{project}/databases/{database}`
    package let name: String
    package let service: GoogleService
    /// How long a call may take, all that the transport does to repeat it included.
    package private(set) var timeout = Duration.seconds(60)

    package init(on cloud: GoogleCloud, database: String = "(default)") {
        name = "projects/\(cloud.project)/databases/\(database)"
        service = cloud.service(.firestore)
    }

    /// The same database, whose calls end sooner: with what the service said last, where the transport would repeat them for
    /// longer.
    package func answering(within limit: Duration) -> FirestoreDatabase {
        var copy = self
        copy.timeout = min(timeout, limit)
        return copy
    }

    /// A transaction in which documents were read; they stay locked until it is committed or rolled back.
    package struct Transaction: Hashable, Sendable {
        package let id: String
    }

    /// What a read found, all of it at one instant.
    package struct Snapshot: Sendable {
        /// Those that are there, by path.
        package let documents: [String: FirestoreDocument]
        /// The instant, as Firestore says it.
        package let readTime: String
        /// Where one was begun.
        package let transaction: Transaction?
    }

    /// What became of a commit.
    package struct Committed: Sendable {
        /// When it was committed.
        package let commitTime: String
        /// For each write the new update time of its document.
        package let updateTimes: [String]
    }
}
