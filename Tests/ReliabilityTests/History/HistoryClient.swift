import EventLedger
import EventLedgerTesting

/// One of the clients of a workload: it looks, decides, commits, and now and then sends a commit twice or gives it up.
struct HistoryClient: Sendable {
    private let number: Int
    private let workload: HistoryWorkload
    private let ledgers: [any LeasingLedger]
    private let recorder: HistoryRecorder
    private var random: SeededGenerator
    /// What it has seen of the streams; others may have gone on.
    private var known: [StreamName: Revision] = [:]
    private var seen = Position.start

    private static let tags: [EventTag] = ["red", "green", "blue"]

    init(number: Int, workload: HistoryWorkload, ledgers: [any LeasingLedger], recorder: HistoryRecorder) {
        self.number = number
        self.workload = workload
        self.ledgers = ledgers
        self.recorder = recorder
        random = workload.generator(of: number)
    }

    /// Makes so many commits.
    mutating func work(_ count: Int) async throws {
        for index in 0..<count {
            let commit = try await decide(index)
            let receipt: Receipt?
            switch roll(100) {
            case ..<70: receipt = try await send(commit)
            case ..<80:
                // The answer was lost, say, so it is sent again, maybe to another ledger.
                _ = try await send(commit)
                receipt = try await send(commit)
            case ..<88: receipt = try await sendTwiceAtOnce(commit)
            default:
                let answer = try await giveUp(commit)
                receipt = chance(2) ? try await send(commit) : answer
            }
            guard let receipt else { continue }
            for entry in receipt.streams { known[entry.stream] = entry.revision }
            seen = max(seen, receipt.position)
        }
    }

    private mutating func decide(_ index: Int) async throws -> Commit {
        var commit = Commit(id: CommitID("commit-\(number)-\(index)"))
        var streams = ["hot-1", "hot-2", "own-\(number)", "new-\(index % 7)"].map { StreamName($0) }
        streams.shuffle(using: &random)
        var count = 0
        for stream in streams.prefix(roll(2) + 1) {
            if chance(2) { known[stream] = try await ledger().lastEvent(of: stream)?.revision }
            let events = (0...roll(3)).map { offset in
                NewEvent(
                    type: "noted", data: JSONText(JSONValue.object(["client": .integer(Int64(number))])),
                    tags: Self.tags.filter { _ in chance(4) }, id: EventID("event-\(number)-\(index)-\(count + offset)")
                )
            }
            count += events.count
            commit.append(contentsOf: events, to: stream, expecting: expectation(stream))
        }
        if chance(3) {
            if chance(2) { seen = max(seen, try await ledger().head().position ?? .start) }
            let query = EventQuery(tags: [Self.tags[roll(Self.tags.count)]])
            commit.require(nothingMatching: query, after: seen)
        }
        return commit
    }

    private mutating func expectation(_ stream: StreamName) -> EventLedger.Expectation {
        if stream.category == "new", chance(2) { return .newStream }
        return switch roll(10) {
        case ..<6: .revision(known[stream] ?? 0)
        case 6: .existing
        default: .any
        }
    }

    private mutating func send(_ commit: Commit) async throws -> Receipt? {
        let ledger = ledger()
        return try await recorder.send(commit, by: number) { try await ledger.commit($0) }
    }

    private mutating func sendTwiceAtOnce(_ commit: Commit) async throws -> Receipt? {
        let first = ledger(), second = ledger()
        let number = number, recorder = recorder
        async let one = recorder.send(commit, by: number) { try await first.commit($0) }
        async let other = recorder.send(commit, by: number) { try await second.commit($0) }
        let receipts = try await (one, other)
        return receipts.0 ?? receipts.1
    }

    /// Sends a commit and cancels that, sooner or later.
    private mutating func giveUp(_ commit: Commit) async throws -> Receipt? {
        let ledger = ledger()
        let patience = roll(4)
        return try await recorder.send(commit, by: number) { commit in
            let sending = Task { try await ledger.commit(commit) }
            for _ in 0..<patience { await Task.yield() }
            sending.cancel()
            return try await sending.value
        }
    }

    private mutating func ledger() -> any LeasingLedger { ledgers[roll(ledgers.count)] }
    private mutating func roll(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
    private mutating func chance(_ times: Int) -> Bool { roll(times) == 0 }
}
