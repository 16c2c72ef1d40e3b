import EventLedger
import Testing

@testable import EventLedgerGCP

@Suite struct PubSubInboxTests {
    private let now = Timestamp(microseconds: 1_800_000_000_000_000)

    private func delivery(_ number: Int, key: String, bytes: Int = 1) -> PubSubDelivery {
        PubSubDelivery(
            message: PubSubMessage(data: [UInt8](repeating: 0, count: bytes), orderingKey: key),
            messageID: "\(number)", acknowledgment: "a\(number)"
        )
    }

    private func ids(_ batches: [[PubSubDelivery]]) -> [[String]] { batches.map { $0.map(\.messageID) } }

    @Test func messagesOfAKeyAreHandledOneAfterTheOther() {
        var inbox = PubSubInbox(PubSubSubscriberConfiguration())
        inbox.add([delivery(1, key: "a"), delivery(2, key: "a"), delivery(3, key: "b"), delivery(4, key: "")], at: now)
        #expect(ids(inbox.takeReady()) == [["1"], ["3"], ["4"]])
        #expect(inbox.takeReady().isEmpty)
        inbox.succeeded([delivery(1, key: "a")])
        #expect(ids(inbox.takeReady()) == [["2"]])
    }

    @Test func keysAreToldApartByBytes() {
        var inbox = PubSubInbox(PubSubSubscriberConfiguration())
        let composed = delivery(1, key: "caf\u{E9}"), decomposed = delivery(2, key: "cafe\u{301}")
        inbox.add([composed, decomposed], at: now)
        #expect(ids(inbox.takeReady()) == [["1"], ["2"]])
        let (returned, _) = inbox.failed([composed], at: now)
        #expect(returned.map(\.messageID) == ["1"])
    }

    @Test func aFailureGivesBackWhatWaitsBehindIt() {
        var inbox = PubSubInbox(
            PubSubSubscriberConfiguration(backoff: RetryPolicy(minBackoff: .seconds(2), maxBackoff: .seconds(700)))
        )
        var now = now
        for round in 0..<10 {
            inbox.add([delivery(1, key: "a"), delivery(2, key: "a"), delivery(3, key: "b")], at: now)
            _ = inbox.takeReady()
            let (returned, wait) = inbox.failed([delivery(1, key: "a")], at: now)
            #expect(returned.map(\.messageID) == ["1", "2"])
            #expect(wait == .seconds(min(600, 2 << round)))
            inbox.succeeded([delivery(3, key: "b")])
            #expect(inbox.deliveries.isEmpty)
            now = now + wait
        }
    }

    @Test func nothingOvertakesAMessageThatFailed() {
        var inbox = PubSubInbox(PubSubSubscriberConfiguration(backoff: RetryPolicy(minBackoff: .seconds(20))))
        inbox.add([delivery(1, key: "a")], at: now)
        _ = inbox.takeReady()
        #expect(inbox.failed([delivery(1, key: "a")], at: now).wait == .seconds(20))
        // Published meanwhile, and pulled while the first one is away.
        let early = inbox.add(
            [delivery(2, key: "a"), delivery(3, key: "b"), delivery(4, key: "")], at: now + .milliseconds(4_500))
        #expect(early.map { $0.deliveries.map(\.messageID) } == [["2"]])
        #expect(early.map(\.wait) == [.seconds(16)], "it comes again with the first one, which stands before it")
        #expect(ids(inbox.takeReady()) == [["3"], ["4"]])
        #expect(Set(inbox.deliveries.map(\.messageID)) == ["3", "4"])
        let later = inbox.add([delivery(1, key: "a"), delivery(2, key: "a")], at: now + .seconds(20))
        #expect(later.isEmpty)
        #expect(ids(inbox.takeReady()) == [["1"]])
    }

    @Test func aClockThatIsSetBackKeepsNoKeyAway() {
        var inbox = PubSubInbox(PubSubSubscriberConfiguration(backoff: RetryPolicy(minBackoff: .seconds(600))))
        inbox.add([delivery(1, key: "a")], at: now)
        _ = inbox.takeReady()
        _ = inbox.failed([delivery(1, key: "a")], at: now)
        let early = inbox.add([delivery(1, key: "a")], at: now - .seconds(3600))
        #expect(early.isEmpty)
        #expect(ids(inbox.takeReady()) == [["1"]])
    }

    @Test func aBatchHoldsAKeysMessagesInOrderAndNoneThatIsWorkedOn() {
        var inbox = PubSubInbox(PubSubSubscriberConfiguration(maximumHandlers: 2), maximumBatch: 3)
        let a = (1...4).map { delivery($0, key: "a") }, b = (5...6).map { delivery($0, key: "b") }
        inbox.add([a[0], b[0], a[1], a[2], b[1], a[3]], at: now)
        let first = inbox.takeReady()
        #expect(ids(first) == [["1", "2", "3"], ["5", "6"]])
        inbox.add([delivery(7, key: "b"), delivery(8, key: ""), delivery(9, key: "")], at: now)
        #expect(inbox.takeReady().isEmpty)
        inbox.succeeded(first[0])
        #expect(ids(inbox.takeReady()) == [["8", "9", "4"]])
        // What came behind a batch that fails goes back with it.
        let (returned, _) = inbox.failed(first[1], at: now)
        #expect(returned.map(\.messageID) == ["5", "6", "7"])
        #expect(inbox.takeReady().isEmpty)
        #expect(Set(inbox.deliveries.map(\.messageID)) == ["8", "9", "4"])
    }

    @Test func noMoreIsTakenThanIsAllowed() {
        var inbox = PubSubInbox(
            PubSubSubscriberConfiguration(maximumMessages: 3, maximumBytes: 10, maximumHandlers: 2)
        )
        #expect(inbox.room == 3)
        inbox.add([delivery(1, key: ""), delivery(2, key: ""), delivery(3, key: "")], at: now)
        #expect(inbox.room == 0)
        #expect(inbox.takeReady().count == 2)
        inbox.succeeded([delivery(1, key: "")])
        #expect(inbox.room == 1)
        #expect(ids(inbox.takeReady()) == [["3"]])
        inbox.add([delivery(4, key: "", bytes: 10)], at: now)
        inbox.succeeded([delivery(2, key: "")])
        inbox.succeeded([delivery(3, key: "")])
        #expect(inbox.room == 0)
    }

    @Test func deadlinesAreExtendedUntilTheHoldIsOver() {
        var inbox = PubSubInbox(
            PubSubSubscriberConfiguration(acknowledgmentDeadline: .seconds(30), maximumHold: .seconds(100))
        )
        inbox.add([delivery(1, key: "")], at: now)
        #expect(inbox.takeExpiring(at: now + .seconds(5)).isEmpty)
        #expect(inbox.takeExpiring(at: now + .seconds(10)).count == 1)
        #expect(inbox.takeExpiring(at: now + .seconds(11)).isEmpty)
        #expect(inbox.takeExpiring(at: now + .seconds(25)).count == 1)
        #expect(inbox.takeExpiring(at: now + .seconds(100)).isEmpty)
    }
}
