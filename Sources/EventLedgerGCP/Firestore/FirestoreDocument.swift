/// A document as Firestore keeps it.
package struct FirestoreDocument: Hashable, Sendable {
    /// The path below `documents/`, such as `ledgers/main/heads/0`.
    package let path: String
    /// The fields by name.
    package let fields: [String: FirestoreValue]
    /// When it was last written, as Firestore says it: a token for preconditions.
    package let updateTime: String

    package init(path: String, fields: [String: FirestoreValue], updateTime: String) {
        self.path = path
        self.fields = fields
        self.updateTime = updateTime
    }

    /// The path in a full name, `projects/{project}/databases/{database}/documents/{path}`.
    static func path(inName name: String) -> String? {
        // Neither a project nor a database has a slash in its name.
        let parts = name.split(separator: "/", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[4] == "documents" else { return nil }
        return String(parts[5])
    }
}

/// What a write requires of the document it changes.
package enum FirestorePrecondition: Hashable, Sendable {
    /// It must be there, or must not.
    case exists(Bool)
    /// It must not have been written since.
    case updateTime(String)
}

/// One change of a commit.
package struct FirestoreWrite: Hashable, Sendable {
    package enum Change: Hashable, Sendable {
        /// The whole document is replaced.
        case set([String: FirestoreValue])
        /// Only these fields are replaced; those named and not given are removed.
        case update([String: FirestoreValue], mask: [String])
        case delete
    }

    package let path: String
    package let change: Change
    package let precondition: FirestorePrecondition?

    package init(_ path: String, _ change: Change, if precondition: FirestorePrecondition? = nil) {
        self.path = path
        self.change = change
        self.precondition = precondition
    }
}
