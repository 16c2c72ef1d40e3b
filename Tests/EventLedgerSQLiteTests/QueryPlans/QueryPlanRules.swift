/// What the plans of a ledger's statements must look like.
enum QueryPlanRules {
    /// A step that walks or sorts, and is right all the same.
    struct Exemption: Sendable {
        /// A part of the statement.
        let statement: String
        /// How the step begins.
        let step: String
        let reason: String
    }

    /// A statement of a hot path, and how it has to get at its rows.
    struct Duty: Sendable {
        /// A part of the statement; every statement with it is meant.
        let statement: String
        /// A part of one of its steps.
        let step: String

        init(_ statement: String, _ step: String) {
            self.statement = statement
            self.step = step
        }
    }

    static let exemptions = [
        Exemption(statement: "FROM sqlite_sequence", step: "SCAN sqlite_sequence", reason: "It has three rows."),
        Exemption(
            statement: "FROM sqlite_schema", step: "SCAN sqlite_", reason: "It has a row for each table; asked once."),
        Exemption(statement: "FROM imports", step: "SCAN imports", reason: "It has one row."),
        Exemption(
            statement: "SELECT recorded_at FROM events ORDER BY position", step: "SCAN events",
            reason: "It stops at the first row, at one end of the table."
        ),
        Exemption(
            statement: "SELECT max(position) FROM events", step: "SEARCH events", reason: "It goes to the table's end."
        ),
        Exemption(
            statement: "SELECT sequence FROM commits ORDER BY sequence LIMIT", step: "SCAN commits",
            reason: "It takes the first rows of the table, a thousand at most."
        ),
        Exemption(
            statement: "FROM dead_letters INDEXED BY dead_letters_by_time",
            step: "SCAN dead_letters USING INDEX dead_letters_by_time",
            reason: "The first page: letters in the order of the list, no more than are shown."
        ),
        Exemption(
            statement: "GROUP BY e.stream_id", step: "USE TEMP B-TREE",
            reason: "It groups and orders the names in one commit, 500 events at most."
        ),
        Exemption(
            statement: "UNION SELECT position", step: "USE TEMP B-TREE FOR ORDER BY",
            reason: "It merges positions, numbers only, a page of them from each index."
        ),
        Exemption(
            statement: "GROUP BY collection", step: "SCAN documents",
            reason: "A person asks for the counts of collections."
        ),
        Exemption(statement: "SELECT count(*) FROM streams", step: "SCAN streams", reason: "A person asks for facts."),
        Exemption(statement: "SELECT count(*) FROM types", step: "SCAN types", reason: "A person asks for facts."),
        Exemption(statement: "SELECT count(*) FROM tags", step: "SCAN tags", reason: "A person asks for facts."),
        Exemption(
            statement: "SELECT count(*) FROM documents", step: "SCAN documents", reason: "A person asks for facts."),
        Exemption(
            statement: "SELECT count(*) FROM dead_letters WHERE state = 'open'", step: "SCAN dead_letters",
            reason: "A person asks for facts."
        ),
    ]

    /// What is wrong with a plan: the steps that neither use an index by name nor are exempted.
    static func offences(in plan: QueryPlan) -> [String] {
        plan.steps.filter { step in
            !usesIndex(step) && !isStructure(step)
                && !exemptions.contains { plan.sql.contains($0.statement) && step.hasPrefix($0.step) }
        }
    }

    private static func usesIndex(_ step: String) -> Bool {
        // An automatic index is one that SQLite would make for this statement alone, of the whole table.
        step.hasPrefix("SEARCH ") && !step.contains(" AUTOMATIC ")
            && [" USING INDEX ", " USING COVERING INDEX ", " USING INTEGER PRIMARY KEY ", " USING PRIMARY KEY "]
                .contains { step.contains($0) }
    }

    /// Whether a step only says how others are put together, or goes over a subquery's rows: its own steps are judged.
    private static func isStructure(_ step: String) -> Bool {
        [
            "SCAN (subquery", "SCAN SUBQUERY", "SCAN CONSTANT ROW", "CO-ROUTINE ", "MATERIALIZE ", "LIST SUBQUERY",
            "SCALAR SUBQUERY", "CORRELATED ", "COMPOUND QUERY", "LEFT-MOST SUBQUERY", "MERGE (", "LEFT", "RIGHT",
        ].contains { step.hasPrefix($0) }
    }
}
