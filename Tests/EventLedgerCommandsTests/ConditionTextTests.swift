import EventLedger
import Testing

@testable import EventLedgerCommands

@Suite struct ConditionTextTests {
    @Test func readsTypesTagsAndPosition() throws {
        let condition = try ConditionText.parse("type=a,b tag=x,y  after=12")
        #expect(condition.query == EventQuery(types: ["a", "b"], tags: ["x", "y"]))
        #expect(condition.position == 12)
    }

    @Test func countsFromTheStartWithoutPosition() throws {
        let condition = try ConditionText.parse("tag=run:42")
        #expect(condition.query == EventQuery(tags: ["run:42"]))
        #expect(condition.position == .start)
    }

    @Test func takesEscapedCharactersAsTheyAre() throws {
        let condition = try ConditionText.parse(#"tag=a\,b,c\ d,e=f,g\\h"#)
        #expect(condition.query == EventQuery(tags: ["a,b", "c d", "e=f", #"g\h"#]))
    }

    /// A mark joins with what stands in front of it to one character, but not to one byte.
    @Test func namesMayBeginWithCombiningMarks() throws {
        let condition = try ConditionText.parse("type=\u{301}a tag=b,\u{338}c,\\\u{301},d after=1")
        #expect(condition.query == EventQuery(types: ["\u{301}a"], tags: ["b", "\u{338}c", "\u{301}", "d"]))
        #expect(condition.position == 1)
    }

    @Test(arguments: [
        ("", ConditionSyntaxError.nothingNamed), ("after=1", .nothingNamed), ("type", .notAPair("type")),
        ("kind=a", .unknownKey("kind")), ("type=a type=b", .repeatedKey("type")), ("type=", .emptyValue("type")),
        ("tag=a,,b", .emptyValue("tag")), ("type=a after=x", .notAPosition("x")),
        ("type=a after=-1", .notAPosition("-1")),
        ("type=a after=1,2", .notAPosition("1,2")),
    ])
    func refuses(_ text: String, _ error: ConditionSyntaxError) {
        #expect(throws: error) { try ConditionText.parse(text) }
    }
}
