import EventLedger
import Testing

@Suite struct NameTests {
    @Test(arguments: ["a", "é", String(repeating: "x", count: 256), "a b", "-"])
    func allows(text: String) throws {
        try StreamName(text).validate()
    }

    @Test(arguments: [
        "", String(repeating: "x", count: 257), String(repeating: "é", count: 129), "a\n", "\u{0}", "\u{7F}",
    ])
    func refuses(text: String) {
        let error = #expect(throws: LedgerError.self) { try StreamName(text).validate() }
        #expect(error?.code == .invalidName)
        #expect(error?.message.contains("stream name") == true)
    }

    @Test func identityAndOrderAreThoseOfTheBytes() {
        let composed: QueueName = "\u{E9}", decomposed: QueueName = "e\u{301}"
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect(decomposed < composed)
        #expect(QueueName("Z") < "a")
    }

    @Test func theCategoryIsThePartBeforeTheFirstHyphen() {
        #expect(StreamName("user-42-a").category == "user")
        #expect(StreamName("user").category == "user")
        #expect(StreamName("-1").category == "")
    }

    @Test func timeOrderedIDsIncreaseAlsoAcrossTasks() async {
        let ids = (0..<5000).map { _ in EventID.timeOrdered() }
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
        #expect(ids.allSatisfy { $0.rawValue.utf8.count == 36 && Array($0.rawValue.utf8)[14] == UInt8(ascii: "7") })
        let all = await withTaskGroup(of: [EventID].self) { group in
            for _ in 0..<8 { group.addTask { (0..<500).map { _ in EventID.timeOrdered() } } }
            var all: [EventID] = []
            for await some in group { all += some }
            return all
        }
        #expect(Set(all).count == 4000)
    }
}
