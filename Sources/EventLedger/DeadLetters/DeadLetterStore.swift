/// Takes dead letters.
///
/// What a sink owes its users, each a case of the conformance suite:
///
/// 1. When `record` returns, the letter is durable.
/// 2. Recording a letter whose id is known and open replaces it, keeping the first failure's time: a crash between recording
///    and going on makes no second letter.
/// 3. A known letter that was retried becomes open again; one that was resolved does too.
/// 4. Nothing of the letter is changed or cut.
public protocol DeadLetterSink: Sendable {
    /// Records a letter.
    func record(_ letter: DeadLetter) async throws
}

/// Keeps dead letters until a person has decided about them.
///
/// What it owes beyond ``DeadLetterSink``:
///
/// 5. Listing meets ``DeadLetterQuery/matches(_:)``, the latest failure first, page after page.
/// 6. Retrying a task enqueues it anew, with its payload, headers and policy, as the next generation of its name, in the
///    same atomic step that marks the letter; retrying an event marks it for its consumer. A letter that is not open is
///    left as it is; an open one that nobody takes up (``DeadLetter/isRetryable``) is refused with `unsupported`, and stays
///    open.
/// 7. Resolving keeps who, when and why. A letter that is resolved already is left as it is.
/// 8. Purging removes letters that are not open, by age of their last failure.
public protocol DeadLetterStore: DeadLetterSink {
    /// One page of the letters that are meant.
    ///
    /// - Parameters:
    ///   - query: Which.
    ///   - limit: How many at the most, 1 to 1,000.
    ///   - cursor: Where to go on.
    func letters(_ query: DeadLetterQuery, limit: Int, from cursor: DeadLetterCursor?) async throws -> DeadLetterPage

    /// The letter with an id, if there is one.
    func letter(_ id: DeadLetterID) async throws -> DeadLetter?

    /// Sends a letter back to be handled again.
    ///
    /// - Parameters:
    ///   - id: Which.
    ///   - actor: Who decides.
    ///   - note: Why.
    /// - Returns: Whether it was open.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/notFound``, or with ``LedgerError/Code/unsupported`` where nobody would
    ///   take it up (``DeadLetter/checkRetry()``).
    @discardableResult
    func retry(_ id: DeadLetterID, by actor: String, note: String) async throws -> Bool

    /// Settles a letter without handling it.
    ///
    /// - Returns: Whether it was not resolved before.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/notFound``.
    @discardableResult
    func resolve(_ id: DeadLetterID, by actor: String, note: String) async throws -> Bool

    /// Removes letters that are not open and failed last before a time.
    ///
    /// - Returns: How many.
    @discardableResult
    func purge(before time: Timestamp) async throws -> Int
}

extension DeadLetterStore {
    /// The latest of the letters that are meant.
    ///
    /// - Parameters:
    ///   - query: Which; all unless given.
    ///   - limit: How many at the most, 1 to 1,000.
    public func letters(_ query: DeadLetterQuery = DeadLetterQuery(), limit: Int = 100) async throws -> [DeadLetter] {
        try await letters(query, limit: limit, from: nil).letters
    }

    /// Sends all open letters that are meant back to be handled again, page after page. Those that nobody takes up are left
    /// open.
    ///
    /// - Returns: How many were sent, and how many left.
    @discardableResult
    public func retryAll(_ query: DeadLetterQuery, by actor: String, note: String) async throws -> DeadLetterRetries {
        var result = DeadLetterRetries()
        try await forEachOpen(query) { letter in
            do {
                if try await retry(letter.id, by: actor, note: note) { result.retried += 1 }
            } catch LedgerError.Code.unsupported {
                result.left += 1
            }
        }
        return result
    }

    /// Settles all open letters that are meant without handling them, page after page.
    ///
    /// - Returns: How many were settled.
    public func resolveAll(_ query: DeadLetterQuery, by actor: String, note: String) async throws -> Int {
        var count = 0
        try await forEachOpen(query) { if try await resolve($0.id, by: actor, note: note) { count += 1 } }
        return count
    }

    private func forEachOpen(
        _ query: DeadLetterQuery, _ decide: (DeadLetter) async throws -> Void
    ) async throws {
        var query = query
        query.state = .open
        // A letter that fails again while this runs would come first; what is newer than the start is left alone.
        var cursor: DeadLetterCursor?
        repeat {
            let page = try await letters(query, limit: 200, from: cursor)
            for letter in page.letters { try await decide(letter) }
            cursor = page.next
        } while cursor != nil
    }
}
