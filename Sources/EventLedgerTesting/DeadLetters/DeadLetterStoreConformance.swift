#if canImport(Testing)
public import EventLedger
import Testing

/// What a `DeadLetterSink` and a `DeadLetterStore` owe their users, by the numbers of their documentation. They are checked
/// on the ledger that they belong to, because a retry enqueues a task.
///
/// ```swift
/// @Test(arguments: DeadLetterStoreConformance.obligations)
/// func deadLetters(_ obligation: DeadLetterStoreConformance.Obligation) async throws {
///     try await obligation.check { clock in try await makeLedger(clock) }
/// }
/// ```
public enum DeadLetterStoreConformance {
    /// An obligation of a ledger's dead letters.
    public typealias Obligation = ConformanceObligation<any Ledger>
    typealias Run = ConformanceRun<any Ledger>

    /// All obligations.
    public static let obligations: [Obligation] = [recording, listing, deciding].flatMap { $0 }

    /// A letter of an event, or of a task of the queue `work`.
    static func letter(
        _ id: String, ofTask: Bool = false, origin: String = "papers@1", type: String = "test.noted",
        payload: JSONText = .emptyObject, error: String = "It is broken.", seconds: Int = 0, attempts: Int = 1,
        retry: RetryPolicy? = nil, isRetryable: Bool = true
    ) -> DeadLetter {
        let time = TestClock.start + .seconds(seconds)
        let source: DeadLetter.Source =
            ofTask
            ? .task(TaskKey(queue: QueueName(origin), name: TaskName(id)))
            : .event(position: 7, stream: "user-ada", consumer: origin)
        return DeadLetter(
            id: DeadLetterID(id), source: source, type: type, payload: payload, headers: ["h": "x"],
            failure: TaskFailure(errorType: "TestError", message: error), attempts: attempts, firstFailedAt: time,
            lastFailedAt: time, worker: ofTask ? "ada" : nil, retry: retry, isRetryable: isRetryable
        )
    }

    /// All letters of a query, in pages of a size.
    static func collect(
        _ query: DeadLetterQuery = DeadLetterQuery(), limit: Int = 1000, from store: any DeadLetterStore
    ) async throws -> [DeadLetter] {
        var letters: [DeadLetter] = []
        var cursor: DeadLetterCursor?
        repeat {
            let page = try await store.letters(query, limit: limit, from: cursor)
            #expect(page.letters.count <= limit)
            letters += page.letters
            cursor = page.next
        } while cursor != nil && letters.count < 10_000
        return letters
    }
}
#endif
