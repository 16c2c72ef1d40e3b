import EventLedger

/// Compares a ledger with the record of what was committed to it.
///
/// It finds acknowledged commits that are missing or stand elsewhere than their receipt says, commits of which only a
/// part is there, commits that are there twice, events that nobody committed, commits that overtook others, and
/// whatever the verifier finds. It writes nothing but the documents of ``WorkProjection``.
struct LedgerAudit {
    /// What was found.
    struct Report {
        /// What must not be, for people.
        var problems: [String] = []
        /// The commits that are in the ledger, by number.
        var present: Set<Int> = []
        /// Those that were acknowledged and are not there.
        var lost: Set<Int> = []
    }

    let ledger: any LeasingLedger
    let items: [AcknowledgedWork.Item]
    private let keepsAcknowledged: Bool

    /// - Parameters:
    ///   - work: The record. It must not change while the audit runs.
    ///   - ledger: The ledger, which nobody else writes to.
    ///   - keepsAcknowledged: Whether a lost acknowledged commit is a problem. In any case nothing may be there that
    ///     came after one that is lost.
    init(of work: AcknowledgedWork, in ledger: any LeasingLedger, keepsAcknowledged: Bool = true) {
        self.ledger = ledger
        items = work.items
        self.keepsAcknowledged = keepsAcknowledged
    }

    func report() async throws -> Report {
        var report = Report()
        var events: [RecordedEvent] = []
        for try await event in ledger.read() { events.append(event) }
        let found = sort(events, into: &report)
        report.present = Set(found.keys)
        checkReceipts(found, &report)
        checkOrder(found, &report)
        try await checkDocuments(found, &report)
        try await checkTasks(&report)
        try await checkLetters(&report)
        try await checkProjection(events, &report)
        let verification = try await LedgerVerifier(ledger, .init(expectsProvenance: false)).verify()
        if !verification.isSound {
            report.problems += verification.findings.map { "the verifier found \($0.kind.rawValue): \($0.message)" }
        }
        return report
    }

    /// The events by commit. Commits of which only a part is there are problems.
    private func sort(_ events: [RecordedEvent], into report: inout Report) -> [Int: [RecordedEvent]] {
        var numbers: [EventID: Int] = [:]
        for item in items {
            for event in item.commit.events { numbers[event.id] = item.number }
        }
        var found: [Int: [RecordedEvent]] = [:]
        for event in events {
            if let number = numbers[event.id] {
                found[number, default: []].append(event)
            } else {
                report.problems.append("nobody committed the event '\(event.id)' at position \(event.position)")
            }
        }
        for item in items {
            guard let stored = found[item.number] else { continue }
            let events = item.commit.events
            if stored.map(\.id) != events.map(\.id) || stored.map(\.data) != events.map(\.data) {
                report.problems.append("commit \(item.number) has not the events that it was made with")
            }
            for (former, latter) in zip(stored, stored.dropFirst())
            where former.position.rawValue + 1 != latter.position.rawValue {
                report.problems.append("the events of commit \(item.number) do not stand together")
            }
        }
        return found
    }

    private func checkReceipts(_ found: [Int: [RecordedEvent]], _ report: inout Report) {
        for item in items {
            guard let receipt = item.receipt else { continue }
            guard let stored = found[item.number] else {
                report.lost.insert(item.number)
                if keepsAcknowledged { report.problems.append("commit \(item.number) was acknowledged and is lost") }
                continue
            }
            let revisions = receipt.streams.map { entry in
                stored.last { $0.stream == entry.stream }?.revision == entry.revision
            }
            if receipt.firstPosition != stored.first?.position || receipt.position != stored.last?.position
                || revisions.contains(false)
            {
                report.problems.append("commit \(item.number) stands elsewhere than its receipt says")
            }
        }
    }

    /// What was acknowledged before another commit was begun stands before it, and is there if that one is.
    private func checkOrder(_ found: [Int: [RecordedEvent]], _ report: inout Report) {
        let acknowledged = items.compactMap { item in item.acknowledgedAt.map { (time: $0, item: item) } }
            .sorted { $0.time < $1.time }
        var next = 0
        var last: Position = 0
        var missing: [Int] = []
        for item in items.sorted(by: { $0.begunAt < $1.begunAt }) {
            while next < acknowledged.count, acknowledged[next].time < item.begunAt {
                let former = acknowledged[next].item.number
                next += 1
                guard let position = found[former]?.last?.position else {
                    missing.append(former)
                    continue
                }
                last = max(last, position)
            }
            guard let first = found[item.number]?.first?.position else { continue }
            if first < last {
                report.problems.append("commit \(item.number) overtook one that was acknowledged before")
            }
            if !missing.isEmpty {
                report.problems.append("commit \(item.number) is there, and of those before it \(missing) are not")
            }
        }
    }
}
