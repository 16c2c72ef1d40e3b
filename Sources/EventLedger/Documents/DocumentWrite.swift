/// What a write requires of the document that it replaces.
public enum VersionCondition: Hashable, Sendable {
    /// Nothing.
    case any
    /// That there is none.
    case absent
    /// That there is one, of whatever version.
    case present
    /// That there is one of exactly this version.
    case version(Int64)

    /// Whether a stored version satisfies the condition.
    ///
    /// - Parameter version: The stored version; `nil` where there is no document.
    public func holds(for version: Int64?) -> Bool {
        switch self {
        case .any: true
        case .absent: version == nil
        case .present: version != nil
        case .version(let expected): version == expected
        }
    }
}

/// One change to one document.
public struct DocumentWrite: Hashable, Sendable {
    /// What is done.
    public enum Change: Hashable, Sendable {
        /// The document has these fields from now on.
        case put(JSONObject)
        /// There is no document from now on.
        case delete
    }

    /// Which document.
    public var key: DocumentKey
    /// What is done.
    public var change: Change
    /// What the write requires; if it does not hold, nothing of the batch is written.
    public var condition: VersionCondition

    /// Makes a write.
    public init(_ key: DocumentKey, _ change: Change, if condition: VersionCondition = .any) {
        self.key = key
        self.change = change
        self.condition = condition
    }

    /// Puts fields.
    public static func put(_ key: DocumentKey, _ fields: JSONObject, if condition: VersionCondition = .any) -> Self {
        DocumentWrite(key, .put(fields), if: condition)
    }

    /// Puts a model.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/encodingFailed``.
    public static func put<Model: DocumentModel>(_ model: Model, if condition: VersionCondition = .any) throws -> Self {
        DocumentWrite(
            DocumentKey(Model.collection, DocumentID(model.id)), .put(try JSONObject(encoding: model)), if: condition
        )
    }

    /// Deletes a document; deleting one that is not there is no error unless the condition says so.
    public static func delete(_ key: DocumentKey, if condition: VersionCondition = .any) -> Self {
        DocumentWrite(key, .delete, if: condition)
    }

    /// Checks names and limits.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidName``, ``LedgerError/Code/invalidValue`` or
    ///   ``LedgerError/Code/limitExceeded``.
    /// - Returns: The bytes of the canonical fields.
    @discardableResult
    public func validate() throws -> Int {
        try key.validate()
        guard case .put(let fields) = change else { return 0 }
        try LedgerLimits.check(
            "The document '\(key)'", fields.depth, atMost: LedgerLimits.documentDepth, unit: "levels",
            advice: "Flatten it."
        )
        guard fields.isFinite else {
            throw LedgerError(.invalidValue, "The document '\(key)' holds a number that is not finite. Leave it out.")
        }
        let size = fields.canonicalBytes.count
        try LedgerLimits.check(
            "The document '\(key)'", size, atMost: LedgerLimits.documentBytes, unit: "bytes", advice: "Split it."
        )
        return size
    }
}

extension JSONObject {
    /// Encodes a value that is an object at its top level.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/encodingFailed``.
    public init(encoding value: some Encodable) throws {
        guard case .object(let object) = try JSONParser.parse(try LedgerCoder.encode(value)) else {
            throw LedgerError(
                .encodingFailed, "A \(type(of: value)) is no JSON object at its top level. Wrap it in one.")
        }
        self = object
    }

    var isFinite: Bool { fields.allSatisfy { $0.value.isFinite } }
}

extension JSONValue {
    fileprivate var isFinite: Bool {
        switch self {
        case .double(let value): value.isFinite
        case .array(let elements): elements.allSatisfy(\.isFinite)
        case .object(let object): object.isFinite
        default: true
        }
    }
}

/// Documents that are written together or not at all.
public struct DocumentBatch: Hashable, Sendable {
    /// The changes, made in order.
    public var writes: [DocumentWrite]
    /// The projection that writes; `nil` for anybody else. Only a projection may write what it owns.
    public var author: ProjectionName?

    /// Makes a batch.
    public init(_ writes: [DocumentWrite] = [], author: ProjectionName? = nil) {
        self.writes = writes
        self.author = author
    }

    /// Checks names and limits; a backend calls it before any input or output.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidName``, ``LedgerError/Code/invalidValue``,
    ///   ``LedgerError/Code/limitExceeded``, or ``LedgerError/Code/forbidden`` for a reserved collection without an author.
    /// - Returns: The bytes of the canonical fields of all documents.
    @discardableResult
    public func validate() throws -> Int {
        try LedgerLimits.check(
            "A batch of documents", writes.count, atMost: LedgerLimits.writesPerCommit, unit: "writes",
            advice: "Split it."
        )
        var size = 0
        for write in writes {
            size += try write.validate()
            guard author != nil || !write.key.collection.isReserved else {
                throw LedgerError(
                    .forbidden,
                    "The collection '\(write.key.collection)' is the ledger's own. Choose a name without '@' that does not "
                        + "begin with '_'."
                )
            }
        }
        try LedgerLimits.check(
            "A batch of documents", size, atMost: LedgerLimits.commitBytes, unit: "bytes", advice: "Split it."
        )
        return size
    }
}

/// The name of a projection.
public struct ProjectionName: LedgerName {
    public static let noun = "projection name"
    public let rawValue: String
    public init(_ rawValue: String) { self.rawValue = rawValue }
}
