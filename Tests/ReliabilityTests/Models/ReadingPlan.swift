import EventLedger

/// A selection whose bounds are relative to the head and to the time.
struct SelectionPlan: Sendable, CustomStringConvertible {
    enum Scope: Sendable {
        case all
        case stream(StreamName)
        case category(StreamCategory)
        case query(QueryPlan)
    }

    let scope: Scope
    var after: Int64?
    var through: Int64?
    var afterRevision: Int64?
    var sinceSecondsAgo: Int64?
    var untilSecondsAgo: Int64?
    var isBackwards = false
    var limit: Int?

    init(_ scope: Scope) { self.scope = scope }

    func selection(_ facts: ModelFacts) -> EventSelection {
        var selection: EventSelection =
            switch scope {
            case .all: .all
            case .stream(let name): .stream(name)
            case .category(let name): .category(name)
            case .query(let plan): .query(plan.query)
            }
        if let after { selection = selection.after(facts.position(back: after)) }
        if let through { selection = selection.through(facts.position(back: through)) }
        if let afterRevision { selection = selection.afterRevision(Revision(afterRevision)) }
        if let sinceSecondsAgo { selection = selection.since(facts.now - .seconds(sinceSecondsAgo)) }
        if let untilSecondsAgo { selection = selection.until(facts.now - .seconds(untilSecondsAgo)) }
        if isBackwards { selection = selection.backwards }
        if let limit { selection = selection.limit(limit) }
        return selection
    }

    var description: String {
        var text = "\(scope)"
        if let after { text += " after head - \(after)" }
        if let through { text += " through head - \(through)" }
        if let afterRevision { text += " after revision \(afterRevision)" }
        if let sinceSecondsAgo { text += " since \(sinceSecondsAgo) s ago" }
        if let untilSecondsAgo { text += " until \(untilSecondsAgo) s ago" }
        if isBackwards { text += " backwards" }
        if let limit { text += " limit \(limit)" }
        return text
    }
}

/// A query of documents, read page after page.
struct FindPlan: Sendable, CustomStringConvertible {
    let collection: CollectionName
    let filters: [DocumentQuery.Filter]
    let order: DocumentQuery.Order?
    let limit: Int

    var query: DocumentQuery { DocumentQuery(collection, where: filters, orderedBy: order, limit: limit) }

    var description: String {
        let conditions = filters.map { "\($0.field) \($0.comparison) \($0.value)" }
        let by = order.map { " by \($0.field)\($0.descending ? " descending" : "")" } ?? ""
        return "\(collection) where \(conditions)\(by), \(limit) a page"
    }
}

/// What a plan is relative to: how the model stands before a step.
struct ModelFacts: Sendable {
    let now: Timestamp
    let head: Position
    let revisions: [StreamName: Revision]
    let versions: [DocumentKey: Int64]

    /// The position so far before the head; a negative distance is behind it.
    func position(back: Int64) -> Position { Position(max(0, head.rawValue - back)) }

    init(of model: any LeasingLedger) async throws {
        now = model.clock.now
        head = try await model.head().position ?? .start
        var revisions: [StreamName: Revision] = [:]
        for stream in ModelNames.streams { revisions[stream] = try await model.lastEvent(of: stream)?.revision }
        self.revisions = revisions
        var versions: [DocumentKey: Int64] = [:]
        for document in try await model.documents.documents(ModelNames.documents) {
            versions[document.key] = document.version
        }
        self.versions = versions
    }
}

/// The names that commands use: few, so that they meet, and some that differ by bytes only.
enum ModelNames {
    static let streams: [StreamName] = ["thing-1", "thing-2", "other-1", "plain", "caf\u{E9}-1", "cafe\u{301}-1"]
    static let categories: [StreamCategory] = ["thing", "other", "plain", "caf\u{E9}", "none"]
    static let types: [EventType] = ["opened", "moved", "closed"]
    static let tags: [EventTag] = ["a", "b", "c", "caf\u{E9}", "cafe\u{301}"]
    static let tasks: [TaskName] = ["t1", "t2", "t3", "t4", "caf\u{E9}", "cafe\u{301}"]
    static let collections: [CollectionName] = ["notes", "totals"]
    static let documents: [DocumentKey] = collections.flatMap { collection in
        ["1", "2", "10", "caf\u{E9}", "cafe\u{301}"].map { DocumentKey(collection, $0) }
    }
}
