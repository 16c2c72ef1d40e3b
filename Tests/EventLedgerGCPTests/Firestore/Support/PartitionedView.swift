import EventLedger
import Testing

@testable import EventLedgerGCP

/// How the suites for whole ledgers see a partitioned one.
enum PartitionedView: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case ledgerOfOnePartition
    /// One partition to which all streams of the suite belong, beside two others that have events of their own.
    case onePartitionOfThree

    var testDescription: String { rawValue }

    /// Fills what the suite is not to see.
    func prepare(_ bench: LedgerBench) async throws {
        guard self == .onePartitionOfThree else { return }
        for number in [0, 2] {
            let other = try bench.openPartitioned(3, routing: number)
            try await other.commit { $0.append(contentsOf: (0..<3).map { sample($0) }, to: "other-\(number)") }
        }
    }

    func open(_ bench: LedgerBench) throws -> UndividedLedger {
        switch self {
        case .ledgerOfOnePartition:
            let ledger = try bench.openPartitioned(1)
            return UndividedLedger(partition: try ledger.partition(0), whole: ledger)
        case .onePartitionOfThree:
            return UndividedLedger(partition: try bench.openPartitioned(3, routing: 1).partition(1), whole: nil)
        }
    }
}

/// A partition as a ledger; where the ledger has no other one, the partitioned ledger itself, for all that it promises.
struct UndividedLedger: Ledger, PushingLedger {
    let partition: FirestoreLedgerPartition
    let whole: PartitionedFirestoreLedger?

    var clock: any LedgerClock { partition.clock }
    var documents: any DocumentStore { partition.documents }
    var pushedTasks: FirestoreTaskQueue { partition.pushedTasks }
    var deadLetters: any DeadLetterStore { partition.deadLetters }

    func commit(_ commit: Commit) async throws -> Receipt {
        // A condition alone does not say in which partition it holds.
        guard let whole, commit.conditions.isEmpty || !commit.appends.isEmpty else {
            return try await partition.commit(commit)
        }
        return try await whole.commit(commit)
    }

    func page(_ selection: EventSelection) async throws -> EventPage {
        guard let whole else { return try await partition.page(selection) }
        // No position bounds several partitions, and only so many events are read backwards.
        let isOfStream = if case .stream = selection.scope { true } else { false }
        let isRefused = selection.upperBound != nil || (selection.isBackwards && (selection.maximum ?? .max) > 500)
        return isRefused && !isOfStream ? try await partition.page(selection) : try await whole.page(selection)
    }

    func head() async throws -> Checkpoint {
        if let whole { try await whole.head() } else { try await partition.head() }
    }

    func waitForEvents(after checkpoint: Checkpoint) async throws {
        if let whole {
            try await whole.waitForEvents(after: checkpoint)
        } else {
            try await partition.waitForEvents(after: checkpoint)
        }
    }
}
