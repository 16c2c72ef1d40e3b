package import EventLedger

/// A commit of events as it is said to a child, in one line without spaces.
package struct ChildCommit: Codable, Sendable {
    private struct Event: Codable {
        let id: EventID
        let type: EventType
        let data: String
        let tags: [EventTag]
    }

    private struct Append: Codable {
        let stream: StreamName
        /// `any`, `new`, `existing`, or a revision.
        let expecting: String
        let events: [Event]
    }

    private struct Item: Codable {
        let types: [EventType]
        let tags: [EventTag]
    }

    private struct Condition: Codable {
        let query: [Item]
        let after: Position
    }

    private let id: CommitID
    private let appends: [Append]
    private let conditions: [Condition]

    /// Takes what a line can hold of a commit: events and conditions.
    package init(_ commit: Commit) {
        id = commit.id
        appends = commit.appends.map { append in
            let expecting =
                switch append.expectation {
                case .any: "any"
                case .newStream: "new"
                case .existing: "existing"
                case .revision(let revision): "\(revision)"
                }
            let events = append.events.map { event in
                Event(id: event.id, type: event.type, data: event.data.text, tags: event.tags)
            }
            return Append(stream: append.stream, expecting: expecting, events: events)
        }
        conditions = commit.conditions.map { condition in
            let items = condition.query.items.map { Item(types: $0.types.sorted(), tags: $0.tags.sorted()) }
            return Condition(query: items, after: condition.position)
        }
    }

    /// The commit.
    package func commit() throws -> Commit {
        var commit = Commit(id: id)
        for append in appends {
            let events = try append.events.map { event in
                NewEvent(type: event.type, data: try JSONText(event.data), tags: event.tags, id: event.id)
            }
            let expectation: Expectation =
                switch append.expecting {
                case "any": .any
                case "new": .newStream
                case "existing": .existing
                default: .revision(Revision(Int64(append.expecting) ?? -1))
                }
            commit.append(contentsOf: events, to: append.stream, expecting: expectation)
        }
        for condition in conditions {
            let items = condition.query.map { EventQuery.Item(types: Set($0.types), tags: Set($0.tags)) }
            commit.require(nothingMatching: EventQuery(items), after: condition.after)
        }
        return commit
    }
}

/// What became of a commit, as the child tells it in one line without spaces.
package struct ChildAnswer: Codable, Sendable {
    private var receipt: Receipt?
    private var code: LedgerError.Code?
    private var details: [String: String] = [:]

    package init(_ receipt: Receipt) { self.receipt = receipt }

    package init(_ error: any Error) {
        guard !(error is CancellationError) else { return }
        code = (error as? LedgerError)?.code ?? .corrupt
        details = (error as? LedgerError)?.details ?? ["error": "\(type(of: error))"]
    }

    /// What the ledger of the child gave.
    ///
    /// - Throws: What it threw; of its error the code and the facts.
    package func result() throws -> Receipt {
        if let receipt { return receipt }
        guard let code else { throw CancellationError() }
        throw LedgerError(code, "It was refused in another process.", details: details)
    }
}

/// Values in lines whose words are set apart by spaces.
package enum ChildWord {
    package static func encode(_ value: some Encodable) throws -> String {
        let text = try JSONText(encoding: value).text
        // In JSON without white space, spaces stand in strings only.
        return text.split(separator: " ", omittingEmptySubsequences: false).joined(separator: "\\u0020")
    }

    package static func decode<Value: Decodable>(_ type: Value.Type, from word: String) throws -> Value {
        try JSONText(word).decode(type)
    }
}
