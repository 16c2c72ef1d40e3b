extension EventStore {
    /// Makes a decision that rests on one stream: reads it, makes its state of what has happened, decides, and appends what
    /// was decided if nobody was faster; else begins anew.
    ///
    /// ```swift
    /// try await ledger.decide(on: "book-emma", from: Loan(), evolve: Loan.evolve, catalog: catalog) {
    ///     try Loan.lend("emma", to: "ada", $0)
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - stream: The stream.
    ///   - initialState: The state before its first event.
    ///   - evolve: Makes the next state of a state and an event.
    ///   - catalog: Knows the stream's types; events of others are passed over.
    ///   - id: The commit's id.
    ///   - metadata: For the events that are appended.
    ///   - attempts: How often it is tried, from 1.
    ///   - decide: Makes events of the state; none at all makes an empty commit. It may run several times.
    /// - Returns: The receipt of the commit.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/conflict`` after the last attempt, or what the closures and the store
    ///   throw.
    /// - Complexity: O(events of the stream) for each attempt, in constant memory.
    @discardableResult
    public func decide<State>(
        on stream: StreamName, from initialState: State, evolve: (State, any Event) throws -> State,
        catalog: EventCatalog, id: CommitID = .unique(), metadata: Metadata = Metadata(), attempts: Int = 10,
        _ decide: (State) throws -> [any Event]
    ) async throws -> Receipt {
        var attempt = 1
        while true {
            var state = initialState
            var revision: Revision = 0
            for try await recorded in read(.stream(stream)) {
                revision = recorded.revision
                if let event = try catalog.decode(recorded) { state = try evolve(state, event) }
            }
            let events = try decide(state)
            do {
                return try await commit(id: id, metadata: metadata) {
                    try $0.append(contentsOf: events, to: stream, expecting: .revision(revision))
                }
            } catch LedgerError.Code.conflict where attempt < attempts {
                attempt += 1
            }
        }
    }
}
