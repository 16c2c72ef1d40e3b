import EventLedger
import EventLedgerSQLite
import Foundation
import TestSupport
import Testing

/// Thousands of payloads that nobody can decode, among good ones. Each becomes a dead letter with its bytes, each good one
/// is done, and the worker goes on.
@Suite("Poison", .timeLimit(.minutes(10))) struct PoisonTests {
    /// A payload whose own decoder repeats in its error what it has read.
    private struct Bitter: TaskPayload {
        static let kind: TaskKind = "bitter"

        private struct Repeating: Error { let text: String }

        init(from decoder: any Decoder) throws {
            throw Repeating(text: try decoder.singleValueContainer().decode([String: String].self).description)
        }

        func encode(to encoder: any Encoder) throws {}
    }

    private struct BitterHandler: TaskHandler {
        func handle(_ payload: Bitter, in context: TaskContext) async throws -> TaskOutcome { .done() }
    }

    /// A task whose payload no handler can take; each has a text of its own that nobody else may read.
    private static func poison(_ number: Int) throws -> NewTask {
        let (kind, text): (TaskKind, String) =
            switch number % 9 {
            case 0: ("chore", #"["secret-\#(number)"]"#)
            case 1: ("chore", #"{"number":"secret-\#(number)"}"#)
            case 2: ("chore", #"{"numbers":[1.0,-0,1e2],"text":"secret-\#(number)"}"#)
            case 3: ("chore", #"{"number":null,"text":"secret-\#(number) \u0000\u00e9 ä"}"#)
            case 4: ("bitter", #"{"text":"secret-\#(number)"}"#)
            case 5: ("chore", nested("secret-\(number)"))
            case 6: ("chore", #"{"number":1e999,"text":"secret-\#(number)"}"#)
            case 7: ("chore", #"{"number":"secret-\#(number)","number":[]}"#)
            default: ("kind-of-nobody", #"{"number":\#(number),"text":"secret-\#(number)"}"#)
            }
        return NewTask(kind: kind, payload: try JSONText(text), named: "poison-\(number)", in: Chores.queue)
    }

    private static func nested(_ text: String) -> String {
        String(repeating: "[", count: 400) + "\"\(text)\"" + String(repeating: "]", count: 400)
    }

    @Test func itStopsNoWorkerAndIsKept() async throws {
        let poisoned = TestRun.count(2000, thorough: 10_000), good = poisoned / 4
        var random = try TestRun.generator(6000)
        var tasks = try (0..<poisoned).map { try Self.poison($0) } + (0..<good).map { try Chores.task($0) }
        tasks.shuffle(using: &random)
        let folder = try TemporaryFolder()
        let ledger = try await SQLiteLedger.open(folder.file())
        for start in stride(from: 0, to: tasks.count, by: LedgerLimits.writesPerCommit) {
            let end = min(start + LedgerLimits.writesPerCommit, tasks.count)
            try await ledger.leasedTasks.enqueue(Array(tasks[start..<end]))
        }

        let handler = Chores.Handler { chore, _ in .done(try Chores.commit(chore.number)) }
        let worker = TaskWorker(
            ledger: ledger, queues: [Chores.queue], handlers: TaskRouter(handler, BitterHandler()), concurrency: 64,
            leaseDuration: .seconds(600), logger: ClockedLedger.quiet
        )
        let report = try await worker.runUntilIdle()
        #expect(report.discarded == poisoned, "\(report), \(TestRun.hint)")
        #expect(report.done == good, "\(report), \(TestRun.hint)")
        #expect(report.attempts == poisoned + good, "\(report), \(TestRun.hint)")
        #expect(try await Chores.recorded(in: ledger) == Array(0..<good))

        let payloads = Dictionary(uniqueKeysWithValues: tasks.map { ($0.name.rawValue, $0.payload.text) })
        let letters = try await ledger.allLetters()
        #expect(letters.count == poisoned)
        #expect(Set(letters.map(\.id)).count == poisoned)
        for letter in letters {
            guard case .task(let key) = letter.source else {
                Issue.record("A letter is about no task: \(letter)")
                continue
            }
            let name = key.name.rawValue
            #expect(name.hasPrefix("poison-"))
            #expect(payloads[name].map { Array($0.utf8) } == Array(letter.payload.utf8), "\(name)")
            #expect(!letter.errorMessage.contains("secret"), "\(name)")
            #expect(letter.attempts == 1, "\(name)")
        }
        let states = try await ledger.allTasks().map(\.state)
        #expect(states.count { $0 == .dead } == poisoned)
        #expect(states.count { $0 == .done } == good)
        await ledger.close()
    }
}
