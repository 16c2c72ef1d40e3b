/// A ledger with less authority: reading is the same, a commit outside its ``Scope`` is refused before any input or output.
///
/// Agents hold one. It does not give its base away: what it hands out is restricted as well, and neither a description nor
/// a mirror shows what is behind it.
///
/// ```swift
/// let agents = ledger.scoped(to: Scope(collections: ["summaries"], eventTypes: ["agent.acted"], categories: ["agent"]))
/// ```
public struct ScopedLedger: Ledger {
    /// What may be committed.
    public let scope: Scope

    private let base: Hidden<any Ledger>

    init(_ base: any Ledger, scope: Scope) {
        self.base = Hidden(base)
        self.scope = scope
    }

    public var clock: any LedgerClock { base.value.clock }

    /// The documents: all can be read, those in the scope's collections can be written, by no projection.
    public var documents: any DocumentStore { base.value.documents.scoped(to: scope.collections) }

    /// The tasks: they can be enqueued to and cancelled in the scope's queues.
    public var tasks: any TaskQueue { ScopedTaskQueue(base.value.tasks, queues: scope.queues) }

    /// The dead letters: they can be read.
    public var deadLetters: any DeadLetterStore { ReadOnlyDeadLetterStore(base.value.deadLetters) }

    public func page(_ selection: EventSelection) async throws -> EventPage { try await base.value.page(selection) }

    public func head() async throws -> Checkpoint { try await base.value.head() }

    public func waitForEvents(after checkpoint: Checkpoint) async throws {
        try await base.value.waitForEvents(after: checkpoint)
    }

    /// Makes everything in a commit true, or nothing.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/forbidden`` where a part of it is outside the scope, or what the
    ///   ledger throws.
    @discardableResult
    public func commit(_ commit: Commit) async throws -> Receipt {
        try scope.check(commit)
        return try await base.value.commit(commit)
    }
}

extension Ledger {
    /// The same ledger with less authority.
    ///
    /// - Parameter scope: What may be committed. Of a ledger that is scoped already, only what both scopes allow.
    public func scoped(to scope: Scope) -> ScopedLedger { ScopedLedger(self, scope: scope) }
}
