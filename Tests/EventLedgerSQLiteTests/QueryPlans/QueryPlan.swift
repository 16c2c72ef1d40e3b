import EventLedger

@testable import EventLedgerSQLite

/// How SQLite means to run a statement: the lines of EXPLAIN QUERY PLAN (https://sqlite.org/eqp.html).
struct QueryPlan: Hashable, Sendable {
    /// The statement on one line.
    let sql: String
    let steps: [String]
}

extension SQLiteConnection {
    /// The plans of all statements that were prepared here, as far as they read or change tables.
    func queryPlans() throws -> [QueryPlan] {
        let verbs = ["SELECT", "INSERT", "UPDATE", "DELETE"]
        let texts = statementTexts.filter { text in verbs.contains { text.hasPrefix($0) } }
        return try texts.map { text in
            var steps: [String] = []
            try query("EXPLAIN QUERY PLAN \(text)") { row in
                steps.append(row.text(3))
                return true
            }
            let words = text.split { $0 == " " || $0 == "\n" }
            return QueryPlan(sql: words.joined(separator: " "), steps: steps)
        }
    }
}

extension SQLiteLedger {
    /// The plans of all statements that the ledger has run so far.
    ///
    /// The ledger must have one reader, so that the connection that is asked is the one that ran them.
    func queryPlans() async throws -> Set<QueryPlan> {
        let written = try await writer.write { try $0.connection.queryPlans() }
        guard let store = documents as? SQLiteDocumentStore else { return Set(written) }
        let read = try await store.readers.read { try $0.connection.queryPlans() }
        return Set(written).union(read)
    }
}
