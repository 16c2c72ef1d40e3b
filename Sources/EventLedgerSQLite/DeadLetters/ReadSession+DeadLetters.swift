import EventLedger

extension ReadSession {
    /// One page of the letters that are meant. What has a column is asked of the file, the text is looked for here.
    func letters(_ query: DeadLetterQuery, limit: Int, from cursor: DeadLetterCursor?) throws -> DeadLetterPage {
        var conditions: [String] = ["1"]
        var values: [SQLiteValue] = []
        func require(_ condition: String, _ value: SQLiteValue?) {
            guard let value else { return }
            conditions.append(condition)
            values.append(value)
        }
        require("kind = ?", query.kind.map { .text($0.rawValue) })
        require("origin = ?", query.origin.map { .text($0) })
        require("type = ?", query.type.map { .text($0) })
        require("state = ?", query.state.map { .text($0.rawValue) })
        require("last_failed_at >= ?", query.since.map { .integer($0.microseconds) })
        require("last_failed_at < ?", query.until.map { .integer($0.microseconds) })
        if let cursor {
            conditions.append("(last_failed_at, id) < (?, ?)")
            values += [.integer(cursor.lastFailedAt.microseconds), .text(cursor.id.rawValue)]
        }
        var letters: [DeadLetter] = []
        try connection.query(
            """
            SELECT letter FROM dead_letters INDEXED BY dead_letters_by_time WHERE \(conditions.joined(separator: " AND "))
            ORDER BY last_failed_at DESC, id DESC
            """,
            values
        ) { row in
            let letter = try JSONText(stored: row.bytes(0)).decode(DeadLetter.self)
            if query.matches(letter) { letters.append(letter) }
            return letters.count <= limit
        }
        let page = Array(letters.prefix(limit))
        return DeadLetterPage(
            letters: page,
            next: letters.count > limit
                ? page.last.map { DeadLetterCursor(lastFailedAt: $0.lastFailedAt, id: $0.id) } : nil
        )
    }
}
