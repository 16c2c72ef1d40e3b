package import EventLedger

/// What a child process commits again and again: each commit has an event in each of several streams, a document, a task
/// and a count, so that a commit that was made in part shows.
package enum ChildSteps {
    /// The queue of the tasks that the commits enqueue, and some of them complete.
    package static let queue: QueueName = "jobs"

    /// One event of a commit.
    package struct Step: Event {
        package static let eventType: EventType = "child.step"
        /// The id of the commit that it is part of.
        package let commit: String
        /// Which event of the commit it is, from 1, and how many there are.
        package let part: Int, parts: Int
        /// The name of the task that the commit completes.
        package let completes: String?
        package let filler: String
    }

    /// One document for each commit, with the commit's id.
    package struct Mark: DocumentModel {
        package static let collection: CollectionName = "marks"
        package let id: String
        package let parts: Int
    }

    /// One document for each writer: how many commits it has made.
    package struct Tally: DocumentModel {
        package static let collection: CollectionName = "tallies"
        package let id: String
        package let commits: Int
    }

    /// One task for each commit, named after the commit's id.
    package struct Job: TaskPayload {
        package static let kind: TaskKind = "job"
        package let commit: String
    }

    /// The commit with a number of a writer. A writer's commits count from 1 and are made one after the other.
    ///
    /// - Parameters:
    ///   - streams: One event goes to each.
    ///   - filler: So many bytes are in each event beside what it needs.
    ///   - lease: The task that it completes.
    package static func commit(
        _ number: Int, of writer: String, to streams: [StreamName], filler: Int = 0, completing lease: TaskLease? = nil
    ) throws -> Commit {
        let id = "\(writer)/\(number)"
        var commit = Commit(id: CommitID(id))
        for (index, stream) in streams.enumerated() {
            let step = Step(
                commit: id, part: index + 1, parts: streams.count, completes: lease?.key.name.rawValue,
                filler: String(repeating: "x", count: filler))
            try commit.append(step, to: stream)
        }
        try commit.put(Mark(id: id, parts: streams.count), if: .absent)
        try commit.put(
            Tally(id: writer, commits: number), if: number == 1 ? .absent : .version(Int64(number - 1)))
        try commit.enqueue(Job(commit: id), named: TaskName(id), in: queue)
        if let lease { commit.complete(lease) }
        return commit
    }
}
