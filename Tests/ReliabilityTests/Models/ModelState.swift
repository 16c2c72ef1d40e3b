import EventLedger

/// All that a ledger holds, line by line, as far as it is promised.
enum ModelState {
    /// - Parameters:
    ///   - ledger: Of what; leases that have expired were noticed before.
    ///   - profile: Says which names are remembered.
    static func lines(of ledger: any LeasingLedger, _ profile: ModelProfile) async throws -> [String] {
        var lines = ["head: \(try await ledger.head())"]
        for try await event in ledger.read() { lines.append("event: " + ModelText.event(event)) }
        for summary in try await ledger.documents.collections() {
            lines.append("collection: \(summary.name) \(summary.count)")
            for try await document in ledger.documents.all(DocumentQuery(summary.name, limit: 3)) {
                lines.append("document: " + ModelText.document(document))
            }
        }
        if profile.hasTasks { lines += try await taskLines(of: ledger, profile) }
        var cursor: DeadLetterCursor?
        repeat {
            let page = try await ledger.deadLetters.letters(DeadLetterQuery(), limit: 3, from: cursor)
            lines += page.letters.map { "letter: " + ModelText.letter($0) }
            cursor = page.next
        } while cursor != nil
        return lines
    }

    private static func taskLines(of ledger: any LeasingLedger, _ profile: ModelProfile) async throws -> [String] {
        let queue = ledger.leasedTasks
        var tasks: [TaskRecord] = []
        var query = TaskQuery(limit: 7)
        repeat {
            let page = try await queue.tasks(query)
            tasks += page.tasks
            query.cursor = page.next
        } while query.cursor != nil
        var lines = remembered(tasks, profile, now: ledger.clock.now).map { "task: " + ModelText.task($0) }
        // Counting is only promised by queues that lease.
        for found in profile.leasesTasks ? try await queue.statistics() : [] {
            lines.append(
                """
                queue: \(found.queue)\(found.isPaused ? " paused" : "") ready \(found.ready) \
                scheduled \(found.scheduled) leased \(found.leased) done \(found.done) dead \(found.dead) \
                oldest \(found.oldestReadyAt.map { "\($0)" } ?? "-")
                """
            )
        }
        for name in ModelProfile.queues {
            lines.append("configuration: \(name) \(try await queue.configuration(of: name))")
        }
        return lines
    }

    /// The tasks that every backend keeps: those that have not ended, and those that are remembered. Where nobody leases,
    /// all that is promised of a task that has ended is what becomes of its name.
    private static func remembered(_ tasks: [TaskRecord], _ profile: ModelProfile, now: Timestamp) -> [TaskRecord] {
        tasks.filter { task in
            task.finishedAt.map { profile.leasesTasks && $0 + profile.nameRetention > now } ?? true
        }
    }
}
