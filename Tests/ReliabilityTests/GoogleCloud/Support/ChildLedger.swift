import EventLedger
import Synchronization
import TestSupport

/// A ledger on Firestore to which another process commits; this one only reads it.
final class ChildLedger: LeasingLedger {
    /// The process has ended, and so it is not known what became of a commit.
    struct Ended: Error {}

    private struct State {
        var last = 0
        var hasEnded = false
        var waiting: [Int: CheckedContinuation<ChildAnswer, any Error>] = [:]
    }

    private let child: ChildProcess
    private let reader: ListedLedger
    private let state = Mutex(State())

    /// - Parameters:
    ///   - child: Was started to serve.
    ///   - reader: The same ledger.
    init(_ child: ChildProcess, reader: ListedLedger) {
        self.child = child
        self.reader = reader
    }

    /// Hears the answers until the process ends or the task is cancelled.
    func listen() async throws {
        var heard = 0, answers = 0
        defer { end() }
        while try await child.output.wait(for: answers + 1, of: "done") {
            for line in child.output.lines[heard...] {
                heard += 1
                guard line.verb == "done" else { continue }
                answers += 1
                let waiting = state.withLock { $0.waiting.removeValue(forKey: line.number(1)) }
                waiting?.resume(with: Result { try ChildWord.decode(ChildAnswer.self, from: line.word(2)) })
            }
        }
    }

    private func end() {
        let waiting = state.withLock { state in
            state.hasEnded = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for one in waiting { one.resume(throwing: Ended()) }
    }

    func commit(_ commit: Commit) async throws -> Receipt {
        let word = try ChildWord.encode(ChildCommit(commit))
        let number = state.withLock { state in
            state.last += 1
            return state.last
        }
        let answer = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let hasEnded = state.withLock { state in
                    if !state.hasEnded { state.waiting[number] = continuation }
                    return state.hasEnded
                }
                if hasEnded { continuation.resume(throwing: Ended()) } else { child.say("do \(number) \(word)") }
            }
        } onCancel: {
            child.say("cancel \(number)")
        }
        return try answer.result()
    }

    var clock: any LedgerClock { reader.clock }
    var documents: any DocumentStore { reader.documents }
    var deadLetters: any DeadLetterStore { reader.deadLetters }
    var leasedTasks: any LeasedTaskQueue { reader.leasedTasks }
    func page(_ selection: EventSelection) async throws -> EventPage { try await reader.page(selection) }
    func head() async throws -> Checkpoint { try await reader.head() }
    func waitForEvents(after checkpoint: Checkpoint) async throws {
        try await reader.waitForEvents(after: checkpoint)
    }
}
