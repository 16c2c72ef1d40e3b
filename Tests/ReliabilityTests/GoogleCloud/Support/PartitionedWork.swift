import EventLedger
import EventLedgerGCP
import EventLedgerTesting
import Synchronization
import TestSupport

/// Writers that commit to a partitioned ledger at once, and what is owed to them: the order within a partition and a stream,
/// whole commits, one winner for each revision.
final class PartitionedWork: Sendable {
    private struct Item {
        let commit: Commit
        var receipt: Receipt?
        var isRefused = false
    }

    private let seed: UInt64
    private let partitions: Int
    private let items = Mutex<[CommitID: Item]>([:])

    private static let notes: CollectionName = "notes"

    init(seed: UInt64, partitions: Int) {
        self.seed = seed
        self.partitions = partitions
    }

    func open(_ cloud: GoogleCloud) throws -> PartitionedFirestoreLedger {
        try PartitionedFirestoreLedger(on: cloud, partitions: partitions, options: ListedLedger.options())
    }

    func run(on ledgers: [PartitionedFirestoreLedger], writers: Int, commits: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<writers {
                let ledger = ledgers[writer % ledgers.count]
                group.addTask { try await self.write(commits, of: writer, to: ledger) }
            }
            try await group.waitForAll()
        }
    }

    private func write(_ count: Int, of writer: Int, to ledger: PartitionedFirestoreLedger) async throws {
        var random = SeededGenerator(seed: seed &+ UInt64(writer) &* 0xD1B5_4A32_D192_ED03)
        for index in 0..<count {
            let stream = StreamName("thing-\(Int.random(in: 0..<6, using: &random))")
            let id = CommitID("commit-\(writer)-\(index)")
            var commit = Commit(id: id)
            let events = (0...Int.random(in: 0...2, using: &random)).map { part in
                NewEvent(type: "noted", data: .emptyObject, id: EventID("event-\(writer)-\(index)-\(part)"))
            }
            var expectation = EventLedger.Expectation.any
            do {
                if Bool.random(using: &random) {
                    var last = Revision(0)
                    for try await event in ledger.read(.stream(stream)) { last = event.revision }
                    expectation = .revision(last)
                }
                commit.append(contentsOf: events, to: stream, expecting: expectation)
                commit.write(
                    DocumentWrite(
                        DocumentKey(Self.notes, DocumentID(id.rawValue)), .put(["n": .integer(Int64(index))]),
                        if: .absent)
                )
                let sent = commit
                items.withLock { $0[id] = Item(commit: sent) }
                let receipt = try await ledger.commit(commit)
                items.withLock { $0[id]?.receipt = receipt }
            } catch LedgerError.Code.conflict {
                items.withLock { $0[id]?.isRefused = true }
            } catch let error as LedgerError where error.code == .timeout || error.code == .unavailable {
                // It may have been made or not.
            }
        }
    }

    /// - Parameter ledger: Leads straight to the server; nobody writes to it.
    func problems(in ledger: PartitionedFirestoreLedger) async throws -> [String] {
        var problems: [String] = []
        var events: [RecordedEvent] = []
        for try await event in ledger.read() { events.append(event) }
        let items = items.withLock { $0 }
        for (partition, found) in Dictionary(grouping: events, by: { ledger.partition(of: $0.stream) }) {
            if found.map(\.position.rawValue) != Array(1..<Int64(found.count + 1)) {
                problems.append("the positions of partition \(partition) have gaps")
            }
        }
        for (stream, found) in Dictionary(grouping: events, by: \.stream) {
            if found.map(\.revision.rawValue) != Array(1..<Int64(found.count + 1)) {
                problems.append("the revisions of '\(stream)' have gaps")
            }
        }
        let byID = Dictionary(events.map { ($0.id, $0) }) { first, _ in first }
        if byID.count != events.count { problems.append("an event is there twice") }
        let sent = Set(items.values.flatMap { $0.commit.events.map(\.id) })
        if !sent.isSuperset(of: byID.keys) { problems.append("an event is there that nobody sent") }
        for (id, item) in items { problems += try await self.problems(of: item, id, byID, ledger) }
        return problems
    }

    private func problems(
        of item: Item, _ id: CommitID, _ events: [EventID: RecordedEvent], _ ledger: PartitionedFirestoreLedger
    ) async throws -> [String] {
        var problems: [String] = []
        let found = item.commit.events.compactMap { events[$0.id] }
        let isThere = !found.isEmpty
        if isThere, found.count != item.commit.events.count { problems.append("'\(id)' is there in part") }
        for (former, latter) in zip(found, found.dropFirst())
        where former.position.rawValue + 1 != latter.position.rawValue {
            problems.append("the events of '\(id)' do not stand together")
        }
        let note = try await ledger.documents.document(DocumentKey(Self.notes, DocumentID(id.rawValue)))
        if (note != nil) != isThere { problems.append("the document of '\(id)' is apart from its events") }
        if item.isRefused, isThere { problems.append("'\(id)' was refused and is there") }
        if let first = found.first, let append = item.commit.appends.first,
            case .revision(let expected) = append.expectation, first.revision.rawValue != expected.rawValue + 1
        {
            problems.append("'\(id)' expected revision \(expected) and stands at \(first.revision)")
        }
        if let receipt = item.receipt {
            if receipt.firstPosition != found.first?.position || receipt.position != found.last?.position {
                problems.append("'\(id)' stands elsewhere than its receipt says")
            }
            let again = try await ledger.commit(item.commit)
            if !again.isDuplicate { problems.append("the acknowledged '\(id)' was made a second time") }
        }
        return problems
    }
}
