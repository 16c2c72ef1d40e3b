/// Times that recur by the calendar, in UTC: `minute hour day-of-month month day-of-week`.
///
/// Each field is `*`, a number, a range `a-b`, or a list of these joined by commas; `*` and ranges take a step, `*/15` or
/// `8-18/2`. Months and days of the week may be written by their first three English letters; Sunday is 0 or 7. `@hourly`,
/// `@daily` (or `@midnight`), `@weekly`, `@monthly` and `@yearly` (or `@annually`) stand for the usual expressions.
///
/// Day of month and day of week follow the rule of POSIX (IEEE Std 1003.1, `crontab`): where both are given, a day matches
/// that meets either of them; where one of them is `*`, the other decides. A field that begins with `*`, such as `*/2`,
/// counts as `*` here, so that with it a day must meet both. POSIX has no steps; that is how the cron programs do it.
public struct CronExpression: Hashable, Sendable, CustomStringConvertible {
    /// The expression as it was written.
    public let description: String

    // Bit n stands for the value n.
    private let minutes, hours, days, months, weekdays: UInt64
    private let needsBothDays: Bool

    /// Reads an expression.
    ///
    /// - Parameter text: For example `*/15 8-18 * * mon-fri`.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidValue``, which names the field and what is wrong with it.
    public init(_ text: String) throws(LedgerError) {
        description = text
        let fields = (Self.macros[text.lowercased()] ?? text).split { $0 == " " || $0 == "\t" }
        guard fields.count == 5 else {
            throw LedgerError(
                .invalidValue,
                "A cron expression has \(fields.count) fields. Write five: minute hour day-of-month month day-of-week, or "
                    + "one of @hourly, @daily, @weekly, @monthly, @yearly."
            )
        }
        minutes = try CronField.minute.values(of: fields[0])
        hours = try CronField.hour.values(of: fields[1])
        days = try CronField.day.values(of: fields[2])
        months = try CronField.month.values(of: fields[3])
        let named = try CronField.weekday.values(of: fields[4])
        weekdays = (named | named >> 7) & 0x7F
        needsBothDays = fields[2].hasPrefix("*") || fields[4].hasPrefix("*")
    }

    private static let macros = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]

    /// The first time after another one that the expression means.
    ///
    /// - Returns: `nil` where there is none before the year 10000, or ever, as with the 30th of February.
    /// - Complexity: A step for each month and each day of a month that is named, up to the 400 years after which the
    ///   calendar repeats; within a day none for each minute.
    public func next(after time: Timestamp) -> Timestamp? {
        guard time < .distantFuture else { return nil }
        let start = max(time, .distantPast)
        let intoMinute = ((start.microseconds % 60_000_000) + 60_000_000) % 60_000_000
        let parts = Timestamp(microseconds: start.microseconds - intoMinute + 60_000_000).calendarParts
        var year = parts.year, month = parts.month, day = parts.day
        var minute = parts.hour * 60 + parts.minute
        let lastYear = min(year + 400, 9999)
        while year <= lastYear {
            if Self.contains(months, month) {
                let length = Timestamp.daysIn(month: month, of: Int(year))
                let first = Timestamp.days(fromCivil: year, Int64(month), 1)
                while day <= length {
                    let number = first + Int64(day - 1)
                    if matches(day: day, number: number), let found = firstMinute(from: minute) {
                        return Timestamp(microseconds: (number * 1440 + Int64(found)) * 60_000_000)
                    }
                    day += 1
                    minute = 0
                }
            }
            day = 1
            minute = 0
            month += 1
            if month > 12 {
                month = 1
                year += 1
            }
        }
        return nil
    }

    private func matches(day: Int, number: Int64) -> Bool {
        let weekday = Int(((number + 4) % 7 + 7) % 7)  // 1970-01-01 was a Thursday
        let byDay = Self.contains(days, day), byWeekday = Self.contains(weekdays, weekday)
        return needsBothDays ? byDay && byWeekday : byDay || byWeekday
    }

    private func firstMinute(from minute: Int) -> Int? {
        for hour in minute / 60..<24 where Self.contains(hours, hour) {
            let skipped = hour == minute / 60 ? UInt64(minute % 60) : 0
            let rest = (minutes >> skipped) << skipped
            if rest != 0 { return hour * 60 + rest.trailingZeroBitCount }
        }
        return nil
    }

    private static func contains(_ set: UInt64, _ value: Int) -> Bool { (set >> UInt64(value)) & 1 == 1 }
}
