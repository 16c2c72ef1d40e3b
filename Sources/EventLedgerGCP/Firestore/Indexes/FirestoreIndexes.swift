public import EventLedger

/// The composite indexes, the exemptions from single-field indexes and the time-to-live policies that a ledger's database
/// needs, made of the queries that the library makes.
///
/// The emulator does not ask for indexes; production refuses a query whose index is missing. So an application prints its
/// file once, with the same declared fields as its ledger's ``FirestoreLedgerOptions/declaredFields``, and deploys it:
///
/// ```swift
/// print(FirestoreIndexes(declaredFields: [DeclaredField(collection: "papers", field: "score")]).json.text)
/// // > firestore.indexes.json; firebase deploy --only firestore:indexes
/// ```
///
/// Without declared fields the file has the indexes by which events are read (by partition and position, with stream,
/// category, type or tag; by time; by revision), documents listed by collection and id, dead letters listed by what they
/// are asked for, and tasks listed and counted by queue and state; with each declared field of a name three more. Whole
/// and partitioned ledgers, and all ledgers of a database, share them.
public struct FirestoreIndexes: Sendable {
    /// A field whose index is not that which Firestore makes by itself.
    struct FieldOverride: Hashable, Sendable {
        let collection: String
        let field: String
        /// Whether Firestore deletes documents some time after the time in this field.
        var isTimeToLive = false
    }

    let composite: [FirestoreIndex]
    let overrides: [FieldOverride]

    /// Collects what is needed for a ledger whose documents have these declared fields.
    public init(declaredFields declared: DeclaredFields = []) {
        self.init(queries: Self.queries(declaredFields: declared), overrides: Self.overrides)
    }

    init(queries: [FirestoreQuery], overrides: [FieldOverride]) {
        let requirements: [FirestoreIndexRequirement] = queries.flatMap(\.requiredIndexes)
        var candidates: [(requirement: FirestoreIndexRequirement, index: FirestoreIndex, text: String)] = []
        for requirement in Set(requirements) where !requirement.isMetBySingleFields {
            let index = FirestoreIndex(requirement)
            candidates.append((requirement, index, index.json.description))
        }
        // Those of few fields first: they may meet, merged, what has more. Of as many, those of a longer order: they also serve
        // where its first fields must equal something. The text only makes the order the same each time.
        candidates.sort { one, other in
            if one.index.fields.count != other.index.fields.count {
                return one.index.fields.count < other.index.fields.count
            }
            if one.requirement.order.count != other.requirement.order.count {
                return one.requirement.order.count > other.requirement.order.count
            }
            return one.text < other.text
        }
        var composite: [FirestoreIndex] = []
        for candidate in candidates where !Self.meet(candidate.requirement, with: composite) {
            composite.append(candidate.index)
        }
        self.composite = composite
        self.overrides = overrides
    }

    /// Whether a query's index is among these, or can be merged of some of them.
    package func meet(_ requirement: FirestoreIndexRequirement) -> Bool {
        guard requirement.isMetBySingleFields else { return Self.meet(requirement, with: composite) }
        return !overrides.contains { override in
            override.collection == requirement.collection
                && requirement.singleFields.contains { $0 == override.field || $0.hasPrefix(override.field + ".") }
        }
    }

    private static func meet(_ requirement: FirestoreIndexRequirement, with indexes: [FirestoreIndex]) -> Bool {
        let wanted = Set(
            requirement.equal.map { FirestoreIndex.Field.ordered($0, descending: false) }
                + requirement.contains.map { .contains($0) })
        // Indexes that end with the order can be merged where what stands in front of it must equal something.
        let prefixes = indexes.filter { $0.collection == requirement.collection }
            .compactMap { $0.prefix(before: requirement.order) }.filter { $0.isSubset(of: wanted) }
        return !prefixes.isEmpty && prefixes.reduce(into: Set()) { $0.formUnion($1) } == wanted
    }

    /// `firestore.indexes.json` as the firebase command line tool reads it.
    public var json: JSONText {
        JSONText([
            "indexes": .array(composite.map(\.json)), "fieldOverrides": .array(overrides.map(\.json)),
        ])
    }
}

extension FirestoreIndexes.FieldOverride {
    fileprivate var json: JSONValue {
        var object: JSONObject = [
            "collectionGroup": .string(collection), "fieldPath": .string(field), "indexes": [],
        ]
        if isTimeToLive { object["ttl"] = true }
        return .object(object)
    }
}

extension FirestoreIndexes {
    /// A query of each shape that the library makes.
    static func queries(declaredFields declared: DeclaredFields) -> [FirestoreQuery] {
        var queries = DocumentScan.shapes(of: declared) + DeadLetterScan.shapes + FirestoreEventQuery.shapes
        queries += [FirestoreDocumentStore.collectionQuery(after: "a"), FirestoreDocumentStore.countQuery("a")]
        queries += ["due", "handedOverAt"].map { FirestoreTasks.query(where: $0, atMost: 0, limit: 1) }
        queries.append(FirestoreTasks.query(waitingIn: "a", limit: 1))
        queries += FirestoreTasks.listingShapes
        return queries
    }

    /// What no query asks for costs storage and write latency where it is indexed, and an index on what grows with time is
    /// limited to 500 writes a second.
    static let overrides: [FieldOverride] = {
        let exempt: [(String, [String])] = [
            ("documents", ["fields", "keys", "version"]),
            ("deadLetters", ["letter", "payload", "id", "kind", "origin", "type"]),
            (
                "events",
                [
                    "id", "data", "metadata", "hash", "commit", "first", "revision", "schemaVersion", "occurredAt",
                    "recordedAt",
                    "position",
                ]
            ),
            ("streams", ["hash", "revision"]),
            ("commits", ["receipt", "id", FirestoreFound.Commit.tokenField]),
            ("heads", ["position", "recordedAt", "importedThrough", "asker", "askerTakes"]),
            (
                "tasks",
                [
                    "payload", "headers", "retry", "olders", "name", "kind", "generation", "attempts", "enqueuedAt",
                    "scheduledAt", "firstAttemptAt", "leaseExpiresAt", "finishedAt", "fence", "worker", "delivery",
                    "carrier",
                ]
            ),
            ("queues", ["configuration"]),
            ("writes", ["try"]),
        ]
        return exempt.flatMap { group, fields in fields.map { FieldOverride(collection: group, field: $0) } }
            + ["commits", "tasks", "writes"].map {
                FieldOverride(collection: $0, field: "expiresAt", isTimeToLive: true)
            }
    }()
}

extension DocumentScan {
    /// A query of each shape for declared fields.
    static func shapes(of declared: DeclaredFields) -> [FirestoreQuery] {
        var fields: [String] = []
        for declared in declared.all where !fields.contains(where: { $0.isByteEqual(to: declared.field) }) {
            fields.append(declared.field)
        }
        let shapes: [Shape] =
            [.byID(equal: [])]
            + fields.flatMap { field -> [Shape] in
                [
                    .byID(equal: [field]), .byIDInRange(of: field), .byField(field, descending: false),
                    .byField(field, descending: true), .byFieldEqual(field, descending: false),
                    .byFieldEqual(field, descending: true),
                ]
            }
        return shapes.map { shape in
            query(shape, collection: "a", filters: sampleFilters(of: shape))
        }
    }

    private static func sampleFilters(of shape: Shape) -> [FirestoreFilter] {
        func filter(_ field: String, _ operation: FirestoreFilter.Operation) -> FirestoreFilter {
            .field(DeclaredFields.keyPath(of: field), operation, .bytes([]))
        }
        return switch shape {
        case .byID(let equal): equal.map { filter($0, .equal) }
        case .byIDInRange(let field): [filter(field, .greaterOrEqual), filter(field, .less)]
        case .byField(let field, _): [filter(field, .greaterOrEqual), filter(field, .less)]
        case .byFieldEqual(let field, _): [filter(field, .equal)]
        }
    }
}
