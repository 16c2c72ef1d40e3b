extension TaskLease {
    /// The commit id under which the task's effects are made once, however often its handler runs: it is derived from the
    /// queue, the name and the generation, and is the same in every attempt.
    public var commitID: CommitID {
        .derived(from: .task, [key.queue.rawValue, key.name.rawValue, "\(key.generation)"])
    }
}
