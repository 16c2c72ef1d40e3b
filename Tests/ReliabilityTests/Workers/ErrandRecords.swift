import EventLedger
import EventLedgerSQLite
import TestSupport

/// What stands in a ledger about the errands that workers ran.
struct ErrandRecords {
    /// Each run of an errand of either stage that was recorded, by the errand.
    private(set) var runs: [String: [ChildErrands.Ran]] = [:]
    private(set) var outcomes: Set<String> = []
    private(set) var tasks: [TaskRecord] = []
    let letters: [DeadLetter]

    init(_ ledger: SQLiteLedger) async throws {
        letters = try await ledger.deadLetters.letters(DeadLetterQuery(), limit: 1000)
        for try await event in ledger.read(.types(ChildErrands.Ran.eventType)) {
            guard let run = try event.decode(ChildErrands.Ran.self) else { continue }
            runs[run.task, default: []].append(run)
        }
        for try await document in ledger.documents.all(DocumentQuery(ChildErrands.Outcome.collection, limit: 1000)) {
            outcomes.insert(document.key.id.rawValue)
        }
        var query = TaskQuery(limit: 1000)
        repeat {
            let page = try await ledger.leasedTasks.tasks(query)
            tasks += page.tasks
            query.cursor = page.next
        } while query.cursor != nil
    }

    /// The task of an errand, of its first stage.
    func task(_ name: String) -> TaskRecord? {
        tasks.first { $0.key.queue == ChildErrands.queue && $0.key.name == TaskName(name) }
    }

    /// What is wrong where these errands, and no others, were to be done once each, in both stages.
    func problems(where names: [String]) -> [String] {
        var problems: [String] = []
        for task in tasks {
            let isFirst = task.key.queue == ChildErrands.queue
            let name = isFirst ? task.key.name.rawValue : "next \(task.key.name)"
            let runs = runs[name] ?? []
            if runs.count != 1 { problems.append("\(name) was recorded \(runs.count) times") }
            if task.state != .done { problems.append("\(name) is \(task.state)") }
            // The attempt that was recorded is the last one, and every one before it was used up.
            if runs.first?.attempt != task.attempts {
                problems.append("\(name) was recorded by attempt \(runs.first?.attempt ?? 0) of \(task.attempts)")
            }
        }
        let expected = Set(names)
        for (stage, queue) in [("first", ChildErrands.queue), ("second", ChildErrands.nextQueue)] {
            let found = tasks.filter { $0.key.queue == queue }.map { $0.key.name.rawValue }
            if Set(found) != expected || found.count != names.count {
                problems.append("the \(stage) stage has \(found.count) tasks for \(names.count) errands")
            }
        }
        if outcomes != expected { problems.append("\(outcomes.count) documents for \(names.count) errands") }
        if !letters.isEmpty { problems.append("dead letters: \(letters.map(\.description))") }
        return problems
    }
}
