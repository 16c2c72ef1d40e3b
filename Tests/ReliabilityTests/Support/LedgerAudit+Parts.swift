import EventLedger

// What a commit left beside its events: each part is there where the events are, and only there.
extension LedgerAudit {
    func checkDocuments(_ found: [Int: [RecordedEvent]], _ report: inout Report) async throws {
        let stored = try await ledger.documents.documents(items.map { AcknowledgedWork.noteKey($0.number) })
        let notes = Dictionary(stored.map { ($0.key, $0) }) { first, _ in first }
        for item in items {
            let note = notes[AcknowledgedWork.noteKey(item.number)]
            check(note != nil, "the document", of: item.number, &report)
            if let note, note.version != 1 { report.problems.append("commit \(item.number) wrote its document twice") }
        }
        let present = items.map(\.number).filter { found[$0] != nil }
        for (id, numbers) in Dictionary(grouping: present, by: { AcknowledgedWork.tallyID($0) }) {
            let last = numbers.max { (found[$0]?.first?.position ?? 0) < (found[$1]?.first?.position ?? 0) }
            let tally = try await ledger.documents.document(DocumentKey(WorkTally.collection, DocumentID(id)))
            let writer = try tally?.decode(WorkTally.self).last
            if tally?.version != Int64(numbers.count) || writer != last {
                report.problems.append(
                    "\(id) was written \(tally?.version ?? 0) times, last by \(writer ?? 0), "
                        + "not \(numbers.count) times, last by \(last ?? 0)"
                )
            }
        }
    }

    func checkTasks(_ report: inout Report) async throws {
        var tasks: [TaskKey: TaskRecord] = [:]
        var query = TaskQuery(queue: AcknowledgedWork.queue, limit: 1000)
        repeat {
            let page = try await ledger.leasedTasks.tasks(query)
            for task in page.tasks { tasks[task.key] = task }
            query.cursor = page.next
        } while query.cursor != nil
        let present = items.filter { report.present.contains($0.number) }
        let completed = Set(present.flatMap { $0.commit.completions.map(\.key) })
        for item in items {
            let key = TaskKey(queue: AcknowledgedWork.queue, name: AcknowledgedWork.taskName(item.number))
            let task = tasks.removeValue(forKey: key)
            check(task != nil, "the task", of: item.number, &report)
            guard let task else { continue }
            if (task.state == .done) != completed.contains(key) {
                report.problems.append("the task '\(key)' is \(task.state), apart from the commit that completes it")
            }
            if (task.state == .dead) != (try await ledger.deadLetters.letter(DeadLetterID(of: key)) != nil) {
                report.problems.append("the task '\(key)' is \(task.state), apart from its dead letter")
            }
        }
        for key in tasks.keys.sorted(by: { $0.description < $1.description }) {
            report.problems.append("nobody enqueued the task '\(key)'")
        }
    }

    func checkLetters(_ report: inout Report) async throws {
        for item in items where AcknowledgedWork.recordsLetter(item.number) {
            let letter = try await ledger.deadLetters.letter(AcknowledgedWork.letterID(item.number))
            check(letter != nil, "the dead letter", of: item.number, &report)
        }
    }

    /// Wherever the projection stood, going on from there gives what the events say.
    func checkProjection(_ events: [RecordedEvent], _ report: inout Report) async throws {
        var expected: [String: [String]] = [:]
        for event in events {
            guard let done = try event.decode(WorkDone.self) else { continue }
            expected[done.owner, default: []].append("\(done.item).\(done.part)")
        }
        try await Projector(WorkProjection(), from: ledger, into: ledger.documents).catchUp()
        var totals: [String: [String]] = [:]
        for try await document in ledger.documents.all(DocumentQuery(WorkTotals.collection)) {
            let model = try document.decode(WorkTotals.self)
            totals[model.id] = model.parts
        }
        if totals != expected { report.problems.append("the projection's documents are not what the events say") }
    }

    private func check(_ isThere: Bool, _ part: String, of number: Int, _ report: inout Report) {
        guard isThere != report.present.contains(number) else { return }
        let how = isThere ? "there without" : "missing beside"
        report.problems.append("of commit \(number) \(part) is \(how) its events")
    }
}
