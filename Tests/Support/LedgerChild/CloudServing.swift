import EventLedger
import EventLedgerGCP
import TestSupport

/// Makes the commits that the parent says, as many at once as it says.
///
/// It hears `do NUMBER COMMIT` and tells `done NUMBER ANSWER`; it hears `cancel NUMBER`, which cancels the commit. It ends
/// when the parent says "stop".
struct CloudServing {
    let order: ChildOrder
    let parent: Parent

    func run() async throws {
        parent.tell("started")
        let ledger = try await order.openCloud(telling: parent)
        var running: [String: Task<Void, Never>] = [:]
        for await line in parent.requests {
            let words = line.split(separator: " ", maxSplits: 2).map { String($0) }
            if words.first == "stop" { break }
            guard words.count >= 2 else { continue }
            let number = words[1]
            if words[0] == "cancel" { running[number]?.cancel() }
            if words[0] == "do", words.count == 3 {
                let text = words[2]
                running[number] = Task { await serve(number, text, ledger) }
            }
        }
        for task in running.values { await task.value }
        parent.tell("ended")
    }

    private func serve(_ number: String, _ text: String, _ ledger: FirestoreLedger) async {
        let answer: ChildAnswer
        do {
            let commit = try ChildWord.decode(ChildCommit.self, from: text).commit()
            answer = ChildAnswer(try await ledger.commit(commit))
        } catch {
            answer = ChildAnswer(error)
        }
        do {
            parent.tell("done \(number) \(try ChildWord.encode(answer))")
        } catch {
            Parent.complain("An answer cannot be told: \(error)")
        }
    }
}
