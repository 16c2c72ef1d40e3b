public import EventLedger

extension FirestoreLedger: ImportingEventStore {
    /// Brings events of another ledger in, as they are; see ``ImportingEventStore``.
    ///
    /// A call is one Firestore commit of at most 10 MiB, and reads one document for each event and each stream of it.
    public func importEvents(_ events: [RecordedEvent]) async throws {
        guard !events.isEmpty else { return }
        let deadline = ContinuousClock.now + options.commitDeadline
        var failures = 0
        while true {
            do {
                return try await importOnce(events)
            } catch let error where FirestoreConflict.mayPass(error) {
                failures += 1
                let pause = FirestoreConflict.pause(afterFailures: failures)
                guard ContinuousClock.now + pause < deadline else {
                    throw LedgerError(
                        .timeout,
                        "The events could not be imported within \(options.commitDeadline). Importing them again is safe.",
                        underlying: error
                    )
                }
                try await Task.sleep(for: pause)
            }
        }
    }

    private func importOnce(_ events: [RecordedEvent]) async throws {
        let paths = partition.paths, resource = partition.resource
        let headPath = paths.head(partition.number)
        let streams = Set(events.map(\.stream))
        let snapshot = try await partition.database.read(
            [headPath, paths.description] + streams.map { paths.stream($0) } + events.map { paths.event($0.id) },
            resource: resource
        )
        let documents = snapshot.documents
        if let description = documents[paths.description] { try partition.check(description) }
        var head = try FirestoreHead(documents[headPath])
        let stored = try await stored(events, through: head, at: snapshot.readTime)
        let new = try ImportCheck.newEvents(
            among: events,
            behind: ImportCheck.LedgerHead(
                position: Position(head.position), importedThrough: Position(head.importedThrough),
                recordedAt: head.position > 0 ? head.recordedAt : nil
            ),
            stored: { stored[$0] },
            streamHead: { name in
                guard let document = documents[paths.stream(name)] else { return nil }
                let stream = try FirestoreStreamHead(document)
                return ImportCheck.StreamHead(revision: Revision(stream.revision), hash: stream.hash)
            },
            isKnown: { documents[paths.event($0)] != nil }
        )
        guard let last = new.last else { return }
        head.position = last.position.rawValue
        head.importedThrough = last.position.rawValue
        head.recordedAt = last.recordedAt
        var writes = [head.write(at: headPath)]
        if documents[paths.description] == nil { writes.append(partition.description) }
        var heads: [StreamName: FirestoreStreamHead] = [:]
        // No commit of this ledger has the empty id: each event is one by itself, told by the event alone.
        let commit = FirestoreName.hash("")
        for event in new {
            var stream = try heads[event.stream] ?? FirestoreStreamHead(documents[paths.stream(event.stream)])
            stream.revision = event.revision.rawValue
            stream.hash = event.hash
            heads[event.stream] = stream
            let fields = FirestoreEvent(
                event, partition: partition.number, commit: commit, first: event.position.rawValue
            ).fields
            writes.append(FirestoreWrite(paths.event(event.id), .set(fields), if: .exists(false)))
        }
        for (name, stream) in heads { writes.append(stream.write(of: name, at: paths.stream(name))) }
        _ = try await partition.database.commit(writes, resource: resource)
        watch.committed(head.position, in: partition.number)
    }

    /// Those that an earlier import has brought, by position.
    private func stored(
        _ events: [RecordedEvent], through head: FirestoreHead, at readTime: String
    ) async throws -> [Position: RecordedEvent] {
        let known = events.map(\.position).filter { $0.rawValue <= head.position && $0 > .start }
        guard let first = known.min(), let last = known.max() else { return [:] }
        var stored: [Position: RecordedEvent] = [:]
        var next = first.rawValue
        while next <= last.rawValue {
            // Few at a time: each may be as large as a document can be.
            let page = try await FirestoreEventQuery(partition).events(
                from: next, atMost: min(40, Int(last.rawValue - next) + 1), at: readTime
            )
            guard let end = page.last else { break }
            for event in page { stored[event.event.position] = event.event }
            next = end.event.position.rawValue + 1
        }
        return stored
    }
}
