import EventLedger
import Testing

/// Very many subscriptions to one ledger: 10,000 with `THOROUGH=1`.
@Suite("Limits: subscribers") struct ManySubscribersTests {
    /// What a subscriber tells.
    private enum Report: Equatable, Sendable {
        case caughtUp
        case saw([Int64])
        case ended(cleanly: Bool)
    }

    @Test(arguments: LimitsBackend.allCases)
    func allSeeAnEventAndEndCleanly(_ backend: LimitsBackend) async throws {
        let count = LimitsScale.subscribers
        try await backend.withLedger { opened in
            let ledger = opened.ledger
            let (reports, reporter) = AsyncStream.makeStream(of: Report.self)
            var incoming = reports.makeAsyncIterator()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<count {
                    group.addTask { await Self.follow(ledger) { reporter.yield($0) } }
                }
                for _ in 0..<count { #expect(await incoming.next() == .caughtUp) }
                for number in 1...2 {
                    try await ledger.commit {
                        $0.append(contentsOf: [NewEvent(type: "limits.told", data: .emptyObject)], to: "told")
                    }
                    for _ in 0..<count { #expect(await incoming.next() == .saw([Int64(number)])) }
                }
                group.cancelAll()
                for _ in 0..<count { #expect(await incoming.next() == .ended(cleanly: true)) }
                try await group.waitForAll()
            }
            // Whoever has gone leaves nothing behind that would hold up the ledger.
            let receipt = try await ledger.commit {
                $0.append(contentsOf: [NewEvent(type: "limits.told", data: .emptyObject)], to: "told")
            }
            #expect(receipt.position == 3)
        }
    }

    private static func follow(_ ledger: any LeasingLedger, _ tell: (Report) -> Void) async {
        do {
            for try await element in ledger.subscribe() {
                switch element {
                case .caughtUp: tell(.caughtUp)
                case .events(let events, _): tell(.saw(events.map(\.position.rawValue)))
                }
            }
            tell(.ended(cleanly: false))
        } catch {
            tell(.ended(cleanly: error is CancellationError))
        }
    }
}
