import EventLedger
import EventLedgerTesting
import TestSupport
import Testing

@Suite struct TimestampTests {
    private static let readable: [(String, Int64)] = [
        ("1970-01-01T00:00:00Z", Int64(0)),
        ("1970-01-01", 0),
        ("1970-01-01T00:00:00.000001Z", 1),
        ("1969-12-31T23:59:59.999999Z", -1),
        ("2000-02-29T12:00:00Z", 951_825_600_000_000),
        ("2016-01-31t09:30:00.5+01:00", 1_454_229_000_500_000),
        ("2016-01-31 08:30:00.500000999z", 1_454_229_000_500_000),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000_000),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
        ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
    ]

    @Test(arguments: readable)
    func reads(text: String, microseconds: Int64) {
        #expect(Timestamp(text)?.microseconds == microseconds)
    }

    @Test(arguments: [
        "", "2016", "2016-1-1", "2016-13-01", "2016-00-01", "2016-02-30", "1900-02-29", "2016-01-01T24:00:00Z",
        "2016-01-01T00:60:00Z", "2016-01-01T00:00:61Z", "2016-01-01T00:00:00", "2016-01-01T00:00:00.Z",
        "2016-01-01T00:00:00+1:00", "2016-01-01T00:00:00Zx", "２016-01-01", "2016-01-01T00:00:00.1234567890Z",
        "0000-01-01", "0000-12-31T23:59:59Z", "0000-01-01T00:00:00+01:00", "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:60Z", "9999-12-31T23:00:00-05:00",
    ])
    func refuses(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func isWrittenWithSixDigits() {
        #expect(Timestamp(microseconds: 0).description == "1970-01-01T00:00:00.000000Z")
        #expect(Timestamp.distantPast.description == "0001-01-01T00:00:00.000000Z")
        #expect(Timestamp.distantFuture.description == "9999-12-31T23:59:59.999999Z")
    }

    /// A damaged file may hold any number.
    @Test(arguments: [Int64.min, Timestamp.distantPast.microseconds - 1])
    func whatIsBeforeAllYearsIsWrittenAsTheirFirst(microseconds: Int64) {
        #expect(Timestamp(microseconds: microseconds).description == Timestamp.distantPast.description)
    }

    @Test(arguments: [Int64.max, Timestamp.distantFuture.microseconds + 1])
    func whatIsBehindAllYearsIsWrittenAsTheirLast(microseconds: Int64) {
        #expect(Timestamp(microseconds: microseconds).description == Timestamp.distantFuture.description)
    }

    @Test func whatIsWrittenReadsBackAndKeepsItsOrder() throws {
        var values = SeededGenerator(seed: try TestRun.seed())
        let range = Timestamp.distantPast.microseconds...Timestamp.distantFuture.microseconds
        for _ in 0..<2000 {
            let one = Timestamp(microseconds: .random(in: range, using: &values))
            let other = Timestamp(microseconds: .random(in: range, using: &values))
            #expect(Timestamp(one.description) == one, "\(TestRun.hint)")
            #expect((one < other) == (one.description < other.description), "\(TestRun.hint)")
        }
    }

    @Test func arithmeticStaysWithinTheYears() {
        #expect(Timestamp.distantFuture + .seconds(1) == .distantFuture)
        #expect(Timestamp.distantPast - .seconds(1) == .distantPast)
        #expect(Timestamp(microseconds: 0) + .milliseconds(1500) == Timestamp(microseconds: 1_500_000))
        #expect(Timestamp(microseconds: 1_500_000) - Timestamp(microseconds: 500_000) == .seconds(1))
        #expect(Timestamp(microseconds: 0) + .seconds(Int64.max) == .distantFuture)
    }
}
