import EventLedger
import Testing

@testable import EventLedgerCommands

@Suite struct ArgumentTextTests {
    @Test func readsExpectations() throws {
        #expect(try ArgumentText.expectation("any") == .any)
        #expect(try ArgumentText.expectation("new") == .newStream)
        #expect(try ArgumentText.expectation("existing") == .existing)
        #expect(try ArgumentText.expectation("7") == .revision(7))
        #expect(throws: (any Error).self) { try ArgumentText.expectation("-1") }
        #expect(throws: (any Error).self) { try ArgumentText.expectation("some") }
    }

    @Test func readsTimesAndDates() throws {
        #expect(try ArgumentText.time("1970-01-02") == Timestamp(microseconds: 86_400_000_000))
        #expect(try ArgumentText.time("1970-01-01T01:00:01+01:00") == Timestamp(microseconds: 1_000_000))
        #expect(throws: (any Error).self) { try ArgumentText.time("yesterday") }
    }

    @Test func readsFilters() throws {
        #expect(try ArgumentText.filter("name=Ada") == .init("name", .equal, .string("Ada")))
        #expect(try ArgumentText.filter("score>=70") == .init("score", .greaterOrEqual, .integer(70)))
        #expect(try ArgumentText.filter("score<1.5") == .init("score", .less, .double(1.5)))
        #expect(try ArgumentText.filter("text=\"7\"") == .init("text", .equal, .string("7")))
        #expect(try ArgumentText.filter("a.b=x=y") == .init("a.b", .equal, .string("x=y")))
        #expect(throws: (any Error).self) { try ArgumentText.filter("name") }
        #expect(throws: (any Error).self) { try ArgumentText.filter("=1") }
    }
}
