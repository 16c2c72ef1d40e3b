public import EventLedger

extension TaskContext {
    /// The context of an attempt that no queue holds, to call a handler in a test.
    ///
    /// ```swift
    /// let outcome = try await SendDigestHandler().handle(SendDigest(user: "ada"), in: .sample(attempt: 3))
    /// ```
    ///
    /// - Parameters:
    ///   - key: Which task.
    ///   - attempt: Which attempt, from 1.
    ///   - headers: What travels with the task.
    ///   - clock: Where the time comes from. The hold ends a minute after its time, and a heartbeat gives a minute more.
    public static func sample(
        key: TaskKey = TaskKey(queue: "sample", name: "sample"), attempt: Int = 1, headers: JSONObject = [:],
        clock: any LedgerClock = TestClock()
    ) -> TaskContext {
        let minute = Duration.seconds(60)
        let lease = TaskLease(key: key, fencingToken: 1, expiresAt: clock.now + minute)
        return TaskContext(
            key: key, attempt: attempt, headers: headers, deadline: lease.expiresAt, commitID: lease.commitID,
            clock: clock,
            heartbeat: { clock.now + minute }
        )
    }
}
