import EventLedger
import EventLedgerSQLite
import Foundation
import TestSupport
import Testing

/// Very many bytes of dead letters, listed page by page: 500 MB with `THOROUGH=1`.
@Suite("Limits: dead letters") struct ManyDeadLettersTests {
    private static let payloadBytes = 60_000, lettersPerCommit = 50, lettersPerPage = 40

    @Test func areListedPageByPage() async throws {
        let folder = try TemporaryFolder()
        let ledger = try await SQLiteLedger.open(folder.file())
        let count = LimitsScale.deadLetterBytes / Self.payloadBytes + 1
        let text = String(repeating: "p", count: Self.payloadBytes - 20)
        for start in stride(from: 0, to: count, by: Self.lettersPerCommit) {
            try await ledger.commit {
                for number in start..<min(start + Self.lettersPerCommit, count) { $0.record(Self.letter(number, text)) }
            }
        }

        let before = Self.residentBytes
        var most = before
        var listed = 0, bytes = 0, misplaced = 0
        var cursor: DeadLetterCursor?
        repeat {
            let page = try await ledger.deadLetters.letters(DeadLetterQuery(), limit: Self.lettersPerPage, from: cursor)
            #expect(page.letters.count <= Self.lettersPerPage)
            for letter in page.letters {
                // The latest failure comes first, of two at one time the greater id.
                let expected = count - 1 - listed
                if letter.id != Self.id(expected) || letter.payload.utf8.count < Self.payloadBytes - 20 {
                    misplaced += 1
                }
                listed += 1
                bytes += letter.payload.utf8.count
            }
            most = max(most, Self.residentBytes)
            cursor = page.next
        } while cursor != nil
        #expect(listed == count)
        #expect(misplaced == 0)
        #expect(bytes >= LimitsScale.deadLetterBytes / 100 * 99)
        // Other tests of the process take memory too, so the bound is generous; all letters at once would break it.
        if TestRun.isThorough { #expect(most - before < LimitsScale.deadLetterBytes / 2) }

        // What is asked for by state, origin and time is found among all of them.
        let some = DeadLetterQuery(origin: "queue-3", since: Self.time(count / 2), until: Self.time(count))
        var found = 0
        cursor = nil
        repeat {
            let page = try await ledger.deadLetters.letters(some, limit: Self.lettersPerPage, from: cursor)
            #expect(page.letters.allSatisfy { some.matches($0) })
            found += page.letters.count
            cursor = page.next
        } while cursor != nil
        #expect(
            found
                == (0..<count).count {
                    $0 % 7 == 3 && (Self.time(count / 2)..<Self.time(count)).contains(Self.time($0))
                })
        await ledger.close()
    }

    /// Two letters have each time, so that the order of their ids counts.
    private static func time(_ number: Int) -> Timestamp {
        Timestamp(microseconds: 1_767_600_000_000_000 + Int64(number / 2) * 1_000_000)
    }

    private static func id(_ number: Int) -> DeadLetterID {
        let digits = String(number)
        return DeadLetterID("letter-" + String(repeating: "0", count: 8 - digits.count) + digits)
    }

    private static func letter(_ number: Int, _ text: String) -> DeadLetter {
        let key = TaskKey(queue: QueueName("queue-\(number % 7)"), name: TaskName("task-\(number)"))
        return DeadLetter(
            id: id(number), source: .task(key), type: "try-limits",
            payload: JSONText(stored: Array("{\"number\":\(number),\"text\":\"\(text)\"}".utf8)),
            failure: TaskFailure(errorType: "Refused", message: "number \(number)"), attempts: 5,
            firstFailedAt: time(number), lastFailedAt: time(number)
        )
    }

    /// The bytes of memory that the process has now; 0 where the system does not tell (it is `VmRSS` on Linux).
    private static var residentBytes: Int {
        guard let status = FileManager.default.contents(atPath: "/proc/self/status") else { return 0 }
        let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        let kibibytes = line?.split { !$0.isNumber }.first.flatMap { Int($0) }
        return (kibibytes ?? 0) * 1024
    }
}
