import EventLedger

func sendBack(in ledger: any Ledger) async throws -> Int {
    let query = DeadLetterQuery(kind: .task, origin: "reminders", state: .open, text: "mail server")
    var cursor: DeadLetterCursor?
    repeat {
        let page = try await ledger.deadLetters.letters(query, limit: 100, from: cursor)
        for letter in page.letters {
            print(letter.id, letter.lastFailedAt, letter.attempts, letter.errorType, letter.errorMessage)
        }
        cursor = page.next
    } while cursor != nil
    return try await ledger.deadLetters.retryAll(query, by: "grace", note: "The mail server is back.").retried
}

func settle(_ id: DeadLetterID, in ledger: any Ledger) async throws {
    try await ledger.deadLetters.resolve(id, by: "grace", note: "The reader was told by telephone.")
    try await ledger.deadLetters.purge(before: ledger.clock.now - .seconds(90 * 86_400))
}

func announcer(
    for ledger: any Ledger, webhook: String, post: @escaping SlackNotifier.Post
) -> DeadLetterAnnouncer {
    DeadLetterAnnouncer(
        notifying: SlackNotifier(webhook: webhook, post: post), atMost: 5, per: .seconds(60), clock: ledger.clock
    )
}

func watch(_ ledger: any Ledger, announcing announcer: DeadLetterAnnouncer) -> DeadLetterWatch {
    DeadLetterWatch(
        ledger.deadLetters, keeping: ledger.documents, announcing: announcer, every: .seconds(5), clock: ledger.clock
    )
}
