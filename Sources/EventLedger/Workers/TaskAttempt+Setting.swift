package import Logging

extension TaskAttempt {
    /// What the attempts of one worker share.
    package struct Setting: Sendable {
        let clock: any LedgerClock
        /// Makes what an attempt did true, together with its end.
        let commit: @Sendable (Commit) async throws -> Receipt
        let handlers: TaskRouter
        let timeout: Duration?
        package let worker: WorkerName
        let logger: Logger

        /// - Parameters:
        ///   - timeout: After this an attempt is cancelled and counts as failed; `nil` for never.
        ///   - commit: Makes what an attempt did true, together with its end: the commit of the ledger that has the task.
        package init(
            clock: any LedgerClock, handlers: TaskRouter, timeout: Duration?, worker: WorkerName, logger: Logger,
            commit: @escaping @Sendable (Commit) async throws -> Receipt
        ) {
            self.clock = clock
            self.commit = commit
            self.handlers = handlers
            self.timeout = timeout
            self.worker = worker
            self.logger = logger
        }
    }
}
