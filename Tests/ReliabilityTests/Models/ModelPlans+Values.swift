import EventLedger

extension ExpectationPlan {
    func expectation(_ stream: StreamName, _ facts: ModelFacts) -> EventLedger.Expectation {
        switch self {
        case .any: .any
        case .newStream: .newStream
        case .existing: .existing
        case .current(let offset): .revision(Revision((facts.revisions[stream]?.rawValue ?? 0) + offset))
        }
    }
}

extension EventPlan {
    func event(number: Int, index: Int, now: Timestamp) -> NewEvent {
        NewEvent(
            type: type,
            data: JSONText(JSONValue.object(["number": .integer(Int64(number)), "index": .integer(Int64(index))])),
            tags: tags, id: EventID("event-\(number)-\(index)"), occurredAt: secondsAgo.map { now - .seconds($0) }
        )
    }
}

extension WritePlan {
    func write(_ facts: ModelFacts) -> DocumentWrite {
        let required: VersionCondition =
            switch condition {
            case .any: .any
            case .absent: .absent
            case .present: .present
            case .current(let offset): .version((facts.versions[key] ?? 0) + offset)
            }
        return DocumentWrite(key, fields.map { .put($0) } ?? .delete, if: required)
    }
}

extension SettlementPlan {
    func settlement(number: Int, now: Timestamp) -> TaskSettlement {
        let failure = TaskFailure(errorType: "Broken", message: "it broke in #\(number)")
        return switch self {
        case .failed: .failed(failure)
        case .snoozed(let seconds): .snoozed(until: now + .seconds(seconds))
        case .discarded: .discarded(failure)
        case .released: .released
        }
    }
}

extension Commit {
    /// The same commit under another id, its events changed.
    func copy(
        id: CommitID, requiringVersions: Bool = true, requiringRevisions: Bool = true, _ change: (NewEvent) -> NewEvent
    ) -> Commit {
        var copy = Commit(id: id, metadata: metadata)
        for append in appends {
            copy.append(
                contentsOf: append.events.map(change), to: append.stream,
                expecting: requiringRevisions ? append.expectation : .any
            )
        }
        for condition in conditions { copy.require(nothingMatching: condition.query, after: condition.position) }
        for write in documents {
            copy.write(DocumentWrite(write.key, write.change, if: requiringVersions ? write.condition : .any))
        }
        for task in tasks { copy.enqueue(task) }
        for lease in completions { copy.complete(lease) }
        for letter in deadLetters { copy.record(letter) }
        return copy
    }
}
