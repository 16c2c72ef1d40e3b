import EventLedger
import EventLedgerTesting
import TestSupport
import Testing

@Suite struct CronExpressionTests {
    @Test(arguments: [
        ("* * * * *", "2026-11-21T08:30:00Z", "2026-11-21T08:31:00Z"),
        ("* * * * *", "2026-11-21T08:30:59.999999Z", "2026-11-21T08:31:00Z"),
        ("*/15 * * * *", "2026-11-21T08:46:00Z", "2026-11-21T09:00:00Z"),
        ("5,10 8-9 * * *", "2026-11-21T09:10:00Z", "2026-11-22T08:05:00Z"),
        ("0 8-18/5 * * *", "2026-11-21T08:00:00Z", "2026-11-21T13:00:00Z"),
        ("0 9 * * mon-fri", "2026-11-20T09:00:00Z", "2026-11-23T09:00:00Z"),
        ("0 0 * * 7", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"),
        ("0 0 * * 0", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"),
        ("0 0 * * fri-sun", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"),
        ("0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"),
        ("0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z"),
        ("0 0 31 * *", "2026-04-01T00:00:00Z", "2026-05-31T00:00:00Z"),
        ("59 23 31 12 *", "2026-12-31T23:59:00Z", "2027-12-31T23:59:00Z"),
        // Both days given: either will do.
        ("0 0 13 * fri", "2026-11-12T00:00:00Z", "2026-11-13T00:00:00Z"),
        ("0 0 14 * fri", "2026-11-13T00:00:00Z", "2026-11-14T00:00:00Z"),
        // One begins with a star: both must hold.
        ("0 0 */2 * mon", "2026-11-21T00:00:00Z", "2026-11-23T00:00:00Z"),
        ("0 0 1 JAN *", "2026-11-21T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("@hourly", "2026-11-21T08:30:00Z", "2026-11-21T09:00:00Z"),
        ("@daily", "2026-11-21T08:30:00Z", "2026-11-22T00:00:00Z"),
        ("@weekly", "2026-11-21T08:30:00Z", "2026-11-22T00:00:00Z"),
        ("@monthly", "2026-11-21T08:30:00Z", "2026-12-01T00:00:00Z"),
        ("@Yearly", "2026-11-21T08:30:00Z", "2027-01-01T00:00:00Z"),
        ("* * * * *", "1969-12-31T23:59:30Z", "1970-01-01T00:00:00Z"),
    ])
    func findsTheNextTime(text: String, after: String, next: String) throws {
        let start = try #require(Timestamp(after))
        #expect(try CronExpression(text).next(after: start) == Timestamp(next))
    }

    @Test(arguments: ["0 0 30 2 *", "0 0 31 2,4,6 *"])
    func knowsWhatNeverComes(text: String) throws {
        #expect(try CronExpression(text).next(after: Timestamp(microseconds: 0)) == nil)
    }

    @Test func endsWithTheCalendar() throws {
        let expression = try CronExpression("* * * * *")
        #expect(expression.next(after: .distantFuture) == nil)
        #expect(expression.next(after: Timestamp(microseconds: .min)) != nil)
    }

    @Test(arguments: [
        "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 *", "* * * 0 *",
        "* * * * 8", "*/0 * * * *", "5/2 * * * *", "9-5 * * * *", "1- * * * *", "a * * * *", "1,,2 * * * *",
        "-1 * * * *",
        "* * * foo *", "@reboot", "1-2-3 * * * *", "*/2/2 * * * *", "٣ * * * *",
    ])
    func refuses(text: String) {
        let error = #expect(throws: LedgerError.self) { try CronExpression(text) }
        #expect(error?.code == .invalidValue)
    }

    @Test func agreesWithTryingEveryMinute() throws {
        var values = SeededGenerator(seed: try TestRun.seed())
        for _ in 0..<40 {
            let fields = [
                Self.field(0...59, &values), Self.field(0...23, &values), Self.field(1...31, &values),
                Self.field(1...12, &values), Self.field(0...6, &values),
            ]
            let text = fields.map(\.text).joined(separator: " ")
            let start = Timestamp(
                microseconds: Int64.random(in: 946_684_800...4_102_444_800, using: &values) * 1_000_000
            )
            let limit = 60 * 24 * 20
            let tried = Self.firstMinute(after: start, within: limit, fields: fields)
            let found = try CronExpression(text).next(after: start)
            let hint: Comment = "\(text) after \(start), \(TestRun.hint)"
            if let tried {
                #expect(found == tried, hint)
            } else {
                #expect(found.map { $0 - start > .seconds(60 * (limit - 1)) } ?? true, hint)
            }
        }
    }

    private struct Field {
        let text: String
        let values: Set<Int>
        var isStar: Bool { text == "*" }
    }

    private static func field(_ range: ClosedRange<Int>, _ values: inout SeededGenerator) -> Field {
        guard Bool.random(using: &values) else { return Field(text: "*", values: Set(range)) }
        let chosen = (0..<Int.random(in: 1...4, using: &values)).map { _ in Int.random(in: range, using: &values) }
        return Field(text: chosen.map(String.init).joined(separator: ","), values: Set(chosen))
    }

    private static func firstMinute(after start: Timestamp, within limit: Int, fields: [Field]) -> Timestamp? {
        let base = start.microseconds / 60_000_000
        for offset in 1...limit {
            let time = Timestamp(microseconds: (base + Int64(offset)) * 60_000_000)
            let parts = time.calendarParts
            guard fields[0].values.contains(parts.minute), fields[1].values.contains(parts.hour),
                fields[3].values.contains(parts.month)
            else { continue }
            let byDay = fields[2].values.contains(parts.day), byWeekday = fields[4].values.contains(parts.weekday)
            let both = fields[2].isStar || fields[4].isStar
            if both ? byDay && byWeekday : byDay || byWeekday { return time }
        }
        return nil
    }
}
