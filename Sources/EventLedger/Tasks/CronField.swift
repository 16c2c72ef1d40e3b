/// One of the five fields of a cron expression: what it may hold, and how it is read.
struct CronField {
    let noun: String
    let lowest: Int
    let highest: Int
    let names: [String]

    static let minute = CronField(noun: "minute", lowest: 0, highest: 59, names: [])
    static let hour = CronField(noun: "hour", lowest: 0, highest: 23, names: [])
    static let day = CronField(noun: "day of the month", lowest: 1, highest: 31, names: [])
    static let month = CronField(
        noun: "month", lowest: 1, highest: 12,
        names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    )
    static let weekday = CronField(
        noun: "day of the week", lowest: 0, highest: 7, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    )

    /// The values that a text means; bit n stands for the value n.
    func values(of text: Substring) throws(LedgerError) -> UInt64 {
        var values: UInt64 = 0
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            values |= try element(part)
        }
        return values
    }

    private func element(_ text: Substring) throws(LedgerError) -> UInt64 {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count <= 2, let span = halves.first else { throw refusal(of: text) }
        let (low, high, isOne) = try bounds(span)
        var step = 1
        if halves.count == 2 {
            guard !isOne, let number = number(halves[1]), number >= 1 else { throw refusal(of: text) }
            step = number
        }
        var values: UInt64 = 0
        for value in stride(from: low, through: high, by: step) { values |= 1 << UInt64(value) }
        return values
    }

    private func bounds(_ text: Substring) throws(LedgerError) -> (low: Int, high: Int, isOne: Bool) {
        if text == "*" { return (lowest, highest, false) }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count <= 2, let first = ends.first, let low = value(first) else { throw refusal(of: text) }
        guard ends.count == 2 else { return (low, low, true) }
        guard var high = value(ends[1]) else { throw refusal(of: text) }
        // `fri-sun`: as the end of a range, Sunday is the seventh day.
        if high == 0, highest == 7 { high = 7 }
        guard low <= high else { throw refusal(of: text) }
        return (low, high, false)
    }

    private func value(_ text: Substring) -> Int? {
        if let index = names.firstIndex(of: text.lowercased()) { return index + lowest }
        guard let number = number(text), number >= lowest, number <= highest else { return nil }
        return number
    }

    private func number(_ text: Substring) -> Int? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy(\.isDigit) else { return nil }
        return Int(text)
    }

    private func refusal(of text: Substring) -> LedgerError {
        LedgerError(
            .invalidValue,
            "'\(text.prefix(32))' is no \(noun) of a cron expression. Write \(lowest) to \(highest), a range, a list or "
                + "'*', with a step behind '*' or a range only.",
            details: ["field": noun]
        )
    }
}
