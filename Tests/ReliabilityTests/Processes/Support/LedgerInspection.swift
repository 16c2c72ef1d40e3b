import EventLedger
import EventLedgerSQLite
import TestSupport

/// Looks whether a ledger that children committed to holds all that was acknowledged, and every commit whole.
struct LedgerInspection {
    /// A commit as its events tell of it.
    private struct Found {
        var positions: [Int64] = []
        var parts: [Int] = []
        var expected = 0
    }

    /// What is wrong, for people; empty where nothing is.
    private(set) var problems: [String] = []
    private var commits: [String: Found] = [:]
    /// The commits that completed a task, by the task's name.
    private var completions: [String: [String]] = [:]

    /// How many events there are.
    private(set) var events = 0
    /// How many commits there are.
    var commitCount: Int { commits.count }

    /// Inspects a ledger that nobody writes to meanwhile.
    ///
    /// - Parameter acknowledged: What children told.
    init(_ ledger: SQLiteLedger, acknowledged: [Acknowledgement]) async throws {
        let integrity = try await RawFile(path: ledger.path).integrityCheck()
        expect(integrity == "ok", "the integrity check says: \(integrity)")
        try await inspect(ledger, acknowledged: acknowledged)
    }

    /// Inspects a ledger that is in no file.
    init(of ledger: any LeasingLedger, acknowledged: [Acknowledgement]) async throws {
        try await inspect(ledger, acknowledged: acknowledged)
    }

    private mutating func inspect(_ ledger: any LeasingLedger, acknowledged: [Acknowledgement]) async throws {
        let report = try await LedgerVerifier(ledger, .init(expectsProvenance: false)).verify()
        expect(report.isSound, "the verifier found: \(report.findings.prefix(3).map(\.message))")
        try await readEvents(ledger)
        checkCommits()
        try await checkDocuments(ledger)
        try await checkTasks(ledger)
        try await check(acknowledged, in: ledger)
    }

    private mutating func expect(_ holds: Bool, _ problem: String) {
        if !holds { problems.append(problem) }
    }

    private mutating func readEvents(_ ledger: any LeasingLedger) async throws {
        for try await event in ledger.read() {
            events += 1
            let position = event.position.rawValue
            expect(position == Int64(events), "event \(events) stands at position \(position)")
            guard let step = try event.decode(ChildSteps.Step.self) else {
                expect(false, "the event at position \(position) is of the type \(event.type)")
                continue
            }
            commits[step.commit, default: Found()].positions.append(position)
            commits[step.commit]?.parts.append(step.part)
            commits[step.commit]?.expected = step.parts
            if let task = step.completes, step.part == 1 { completions[task, default: []].append(step.commit) }
        }
    }

    private mutating func checkCommits() {
        for (id, found) in commits {
            expect(
                found.parts == Array(1...max(1, found.expected)),
                "commit \(id) has the events \(found.parts) of \(found.expected)")
            let first = found.positions.first ?? 0
            let block = (0..<Int64(found.positions.count)).map { first + $0 }
            expect(found.positions == block, "the events of commit \(id) stand at \(found.positions)")
        }
        for (task, ids) in completions where ids.count > 1 { expect(false, "task \(task) was completed by \(ids)") }
    }

    private mutating func checkDocuments(_ ledger: any LeasingLedger) async throws {
        var marks: Set<String> = []
        for try await document in ledger.documents.all(DocumentQuery(ChildSteps.Mark.collection, limit: 1000)) {
            let mark = try document.decode(ChildSteps.Mark.self)
            marks.insert(mark.id)
            expect(
                commits[mark.id]?.expected == mark.parts, "the document of commit \(mark.id) stands without its events")
            expect(document.version == 1, "the document of commit \(mark.id) was written \(document.version) times")
        }
        for id in commits.keys { expect(marks.contains(id), "commit \(id) lacks its document") }

        // A writer makes its commits one after the other, so those of n commits are numbered 1 to n.
        var numbers: [String: [Int]] = [:]
        for id in commits.keys {
            let (writer, number) = Self.split(id)
            numbers[writer, default: []].append(number)
        }
        var tallies: Set<String> = []
        for try await document in ledger.documents.all(DocumentQuery(ChildSteps.Tally.collection, limit: 1000)) {
            let tally = try document.decode(ChildSteps.Tally.self)
            tallies.insert(tally.id)
            let found = (numbers[tally.id] ?? []).sorted()
            expect(
                found == Array(1...max(1, tally.commits)) && document.version == Int64(tally.commits),
                "\(tally.id) counted \(tally.commits) commits in version \(document.version) of its document; there are "
                    + "\(found.count), up to \(found.last ?? 0)")
        }
        for writer in numbers.keys { expect(tallies.contains(writer), "the writer \(writer) has no count") }
    }

    private mutating func checkTasks(_ ledger: any LeasingLedger) async throws {
        var names: Set<String> = []
        var query = TaskQuery(queue: ChildSteps.queue, limit: 1000)
        repeat {
            let page = try await ledger.leasedTasks.tasks(query)
            for task in page.tasks {
                let name = task.key.name.rawValue
                names.insert(name)
                expect(task.key.generation == 1, "the task \(task.key) was enqueued again")
                expect(commits[name] != nil, "the task \(name) stands without its commit")
                expect(
                    (task.state == .done) == (completions[name] != nil),
                    "the task \(name) is \(task.state), completed by \(completions[name] ?? [])")
            }
            query.cursor = page.next
        } while query.cursor != nil
        for id in commits.keys { expect(names.contains(id), "commit \(id) lacks its task") }
        for task in completions.keys { expect(names.contains(task), "the completed task \(task) is gone") }
    }

    private mutating func check(_ acknowledged: [Acknowledgement], in ledger: any LeasingLedger) async throws {
        for acknowledgement in acknowledged {
            guard let found = commits[acknowledgement.commit] else {
                expect(false, "the acknowledged commit \(acknowledgement.commit) is lost")
                continue
            }
            expect(
                found.positions.first == acknowledgement.first && found.positions.last == acknowledgement.last,
                "commit \(acknowledgement.commit) was acknowledged at \(acknowledgement.first) to "
                    + "\(acknowledgement.last), and stands at \(found.positions)")
        }
        // Whoever is not sure sends a commit again. The same id is answered with the first receipt, and nothing is written.
        for acknowledgement in acknowledged.suffix(2) where commits[acknowledgement.commit] != nil {
            let receipt = try await ledger.commit(Commit(id: CommitID(acknowledgement.commit)))
            expect(
                receipt.isDuplicate && receipt.firstPosition?.rawValue == acknowledgement.first,
                "commit \(acknowledgement.commit), sent again, was answered with position \(receipt.position)")
        }
    }

    private static func split(_ commit: String) -> (writer: String, number: Int) {
        let parts = commit.split(separator: "/")
        return (parts.dropLast().joined(separator: "/"), parts.last.flatMap { Int($0) } ?? -1)
    }
}
