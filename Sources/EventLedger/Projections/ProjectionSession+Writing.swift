import Logging

extension ProjectionSession {
    /// Writes what is pending and the checkpoint, all in one batch, if nobody has moved the checkpoint or changed one of the
    /// documents since.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/conflict`` where somebody has; the session is then of no more use.
    mutating func write(through checkpoint: Checkpoint) async throws {
        let documents = view.pendingWrites
        let parkings = try parked.pendingWrites()
        guard !documents.isEmpty || !claims.isEmpty || !parkings.isEmpty || checkpoint != stored.checkpoint else {
            return
        }
        var writes = claims
        writes += documents.map { write in
            DocumentWrite(
                DocumentKey(build.storedName(of: write.key.collection), write.key.id), write.change, if: write.condition
            )
        }
        writes += parkings
        writes.append(try stored.moved(to: checkpoint, at: settings.clock.now))
        try await store.write(DocumentBatch(writes, author: projection.name))
        stored.didMove(to: checkpoint)
        claims = []
        view.markWritten()
        parked.markWritten()
        LedgerMetrics.projected(
            build.id, events: tally.pendingApplied, documents: documents.count, failures: tally.pendingFailed
        )
        tally.applied += tally.pendingApplied
        tally.failed += tally.pendingFailed
        tally.written += documents.count
        tally.pendingApplied = 0
        tally.pendingFailed = 0
    }

    /// Writes what came of the events before an index, and notes on the course that they are done.
    mutating func writeBefore(_ index: Int, of events: [RecordedEvent], on course: Course) async throws {
        guard index > 0 else { return try await write(through: checkpoint) }
        let last = events[index - 1]
        switch course {
        case .ledger(let boundaries):
            try await write(through: try await boundaries.checkpoint(behind: last))
        case .parked(let stream):
            passParked(stream, through: last)
            try await write(through: checkpoint)
        }
    }

    /// Does with an event that failed what the policy says.
    mutating func settle(
        _ error: any Error, at index: inout Int, of events: [RecordedEvent], on course: Course
    ) async throws {
        let event = events[index]
        // What came before the event stands, whatever becomes of the event.
        try await writeBefore(index, of: events, on: course)
        let now = settings.clock.now
        var attempts =
            self.attempts.flatMap { $0.event == event.id ? $0 : nil }
            ?? FailedAttempts(event: event.id, firstFailedAt: now)
        attempts.count += 1
        self.attempts = attempts
        let next = now + settings.policy.retry.backoff(afterAttempts: attempts.count)
        if settings.policy.retry.allowsAttempt(after: attempts.count, firstAttemptAt: attempts.firstFailedAt, at: next)
        {
            return try await settings.clock.sleep(until: next)
        }
        self.attempts = nil
        let letter = DeadLetter(
            event: event, consumer: projection.name.rawValue, worker: WorkerName(build.id),
            failure: TaskFailure(error, about: event), attempts: attempts.count,
            // Without a parked stream that waits for it, nobody looks what becomes of the letter.
            isRetryable: settings.policy.action == .parkStream, firstFailedAt: attempts.firstFailedAt, at: now
        )
        // Before the checkpoint moves past the event: a crash in between records the same letter again.
        try await settings.deadLetters?.record(letter)
        settings.logger.warning(
            "A projection could not apply an event.",
            metadata: [
                "projection": "\(build.id)", "position": "\(event.position)", "error": "\(letter.errorType)",
                "then": "\(settings.policy.action.rawValue)",
            ]
        )
        switch settings.policy.action {
        case .stop: throw failure(error, at: event)
        case .skip: index += 1
        case .parkStream:
            parked.park(
                ParkedStream(consumer: build.id, stream: event.stream, revision: event.revision, letter: letter.id)
            )
            // A parked stream that is being caught up on stops here; in the ledger the other streams go on.
            if case .parked = course { index = events.count } else { index += 1 }
        }
        tally.pendingFailed += 1
    }

    private func failure(_ error: any Error, at event: RecordedEvent) -> LedgerError {
        LedgerError(
            .projectionFailed,
            "The projection '\(build.id)' could not apply the event at position \(event.position), of type '\(event.type)' "
                + "(\(type(of: error))). Correct the projection and start it again, or choose a policy that skips or parks.",
            details: ["projection": build.id, "position": "\(event.position)", "type": "\(event.type)"],
            underlying: error
        )
    }
}

// Parked streams.
extension ProjectionSession {
    /// Goes on with the parked streams whose letter was decided about: with the event where the letter was retried, without
    /// it where it was resolved. Their waiting events are applied in order, up to the checkpoint.
    mutating func resumeParked(from reader: any EventReader) async throws {
        guard !parked.isEmpty, let letters = settings.deadLetters as? any DeadLetterStore else { return }
        for var record in parked.records {
            if let id = record.letter {
                switch try await letters.letter(id)?.state {
                case .open: continue
                case .resolved: record.revision = Revision(record.revision.rawValue + 1)
                // A letter that is gone was decided about, and trying again loses nothing.
                case .retried, nil: break
                }
                record.letter = nil
                parked.park(record)
            }
            try await resume(record, from: reader)
        }
    }

    private mutating func resume(_ record: ParkedStream, from reader: any EventReader) async throws {
        let before = Revision(record.revision.rawValue - 1)
        var selection: EventSelection? = EventSelection.stream(record.stream).afterRevision(before)
        while let current = selection {
            let page = try await reader.page(current)
            let events = page.events.filter { checkpoint.covers($0) }
            try await process(events, on: .parked(record.stream))
            guard parked.record(of: record.stream)?.letter == nil else { return try await write(through: checkpoint) }
            if let last = events.last { passParked(record.stream, through: last) }
            // What lies behind the checkpoint comes from the ledger, in its turn.
            let isDone = page.next == nil || events.count < page.events.count
            if isDone { parked.release(record.stream) }
            try await write(through: checkpoint)
            selection = isDone ? nil : page.next
        }
    }

    private mutating func passParked(_ stream: StreamName, through event: RecordedEvent) {
        guard var record = parked.record(of: stream), record.letter == nil else { return }
        record.revision = Revision(event.revision.rawValue + 1)
        parked.park(record)
    }
}
