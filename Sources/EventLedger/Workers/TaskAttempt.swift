import Logging
import Tracing

/// One attempt at a task that is held: the handler, beside it the heartbeat and the timeout, then the record of how it
/// ended. It is the same whether a worker leased the task or a service pushed it.
package struct TaskAttempt: Sendable {
    private let setting: Setting
    private let task: TaskRecord
    private let hold: any TaskHold
    private let onHandlerEnd: @Sendable () -> Void
    private let context: TaskContext

    /// How the handler's part ended.
    private enum Ending: Sendable {
        case outcome(TaskOutcome)
        case threw(any Error)
        case leaseLost
        case timedOut(Duration)

        /// Whether the handler has ended; otherwise it may go on, although it was cancelled.
        var isOfHandler: Bool {
            switch self {
            case .outcome, .threw: true
            case .leaseLost, .timedOut: false
            }
        }
    }

    /// - Parameters:
    ///   - task: The task as it stands in the attempt.
    ///   - hold: What holds it.
    ///   - setting: What the attempts of the worker share.
    ///   - onHandlerEnd: Called when the handler has ended and what it did is about to be recorded.
    package init(
        _ task: TaskRecord, held hold: any TaskHold, in setting: Setting,
        onHandlerEnd: @escaping @Sendable () -> Void = {}
    ) {
        self.setting = setting
        self.task = task
        self.hold = hold
        self.onHandlerEnd = onHandlerEnd
        let lease = hold.lease
        context = TaskContext(
            key: lease.key, attempt: task.attempts, headers: task.headers, deadline: lease.expiresAt,
            commitID: lease.commitID, clock: setting.clock, heartbeat: { try await hold.extend() }
        )
    }

    /// Makes the attempt and records how it ended.
    ///
    /// - Returns: How it ended, and whether its handler had ended when that was recorded.
    package func run() async -> (result: AttemptResult, hasHandlerEnded: Bool) {
        let start = ContinuousClock.now
        let producer = TracePropagation.context(
            traceparent: context.traceparent, tracestate: context.headers["tracestate"]?.stringValue
        )
        let (result, hasHandlerEnded) = await withSpan(
            LedgerSpans.process(context.key.queue), context: producer, ofKind: .consumer
        ) { span in
            if context.traceparent != nil { span.addLink(SpanLink(context: producer, attributes: [:])) }
            describe(span)
            let (result, hasHandlerEnded) = await handle(span)
            span.updateAttributes { $0[LedgerAttributes.result] = result.rawValue }
            return (result, hasHandlerEnded)
        }
        LedgerMetrics.attempted(
            context.key.queue, kind: task.kind, result: result.rawValue, for: ContinuousClock.now - start
        )
        return (result, hasHandlerEnded)
    }

    private func describe(_ span: any Span) {
        span.updateAttributes { attributes in
            attributes[LedgerAttributes.system] = "eventledger"
            attributes[LedgerAttributes.operationName] = "process"
            attributes[LedgerAttributes.destination] = context.key.queue.rawValue
            attributes[LedgerAttributes.messageID] = context.key.description
            attributes[LedgerAttributes.client] = setting.worker.rawValue
            attributes[LedgerAttributes.taskKind] = task.kind.rawValue
            attributes[LedgerAttributes.attempt] = context.attempt
            if let id = context.correlationID { attributes[LedgerAttributes.conversationID] = id }
        }
    }

    /// - Returns: How the attempt ended, and whether its handler had ended when it was recorded.
    private func handle(_ span: any Span) async -> (AttemptResult, Bool) {
        await withTaskGroup(of: Ending?.self) { group in
            group.addTask { await handlerEnding() }
            group.addTask { await heartbeatEnding() }
            if let timeout = setting.timeout { group.addTask { await timeoutEnding(timeout) } }
            var ending: Ending?
            // Heartbeat and timeout end without saying anything when the worker cancels the attempt; the handler always says.
            while ending == nil, let next = await group.next() { ending = next }
            let isStopping = Task.isCancelled
            group.cancelAll()
            // Recorded before a cancelled handler has ended, which may take it long.
            guard let ended = ending else { return (.lost, false) }
            if case .threw(let error) = ended { span.recordError(error) }
            let hasHandlerEnded = ended.isOfHandler
            if hasHandlerEnded { onHandlerEnd() }
            // What an attempt did is recorded even though the worker is being cancelled.
            return (await Task { await record(ended, isStopping: isStopping) }.value, hasHandlerEnded)
        }
    }

    private func handlerEnding() async -> Ending? {
        do {
            // The worker may have been cancelled while the task was leased.
            try Task.checkCancellation()
            return .outcome(try await setting.handlers.handle(task.kind, payload: task.payload, in: context))
        } catch {
            return .threw(error)
        }
    }

    private func heartbeatEnding() async -> Ending? {
        do {
            try await hold.keep(clock: context.clock)
            return nil
        } catch LedgerError.Code.leaseLost {
            return .leaseLost
        } catch {
            return nil
        }
    }

    private func timeoutEnding(_ timeout: Duration) async -> Ending? {
        do {
            try await context.clock.sleep(for: timeout)
            return .timedOut(timeout)
        } catch {
            return nil
        }
    }

    private func record(_ ending: Ending, isStopping: Bool) async -> AttemptResult {
        do {
            switch ending {
            case .outcome(.done(let commit)): return try await complete(commit)
            case .outcome(.snooze(let time)): return try await settle(.snoozed(until: time), as: .snoozed)
            case .outcome(.discard(let reason)):
                return try await settle(
                    .discarded(TaskFailure(errorType: "Discarded", message: reason)), as: .discarded)
            case .threw(let error as UnroutableTask): return try await settle(.discarded(error.failure), as: .discarded)
            case .threw(let error):
                // A handler that is cancelled may say so with any error, its HTTP client's for example.
                if isStopping { return try await settle(.released, as: .released) }
                return try await settle(.failed(TaskFailure(error)), as: .failed)
            case .timedOut(let timeout):
                let failure = TaskFailure(
                    errorType: "AttemptTimeout", message: "The attempt did not end within \(timeout) and was cancelled."
                )
                return try await settle(.failed(failure), as: .failed)
            case .leaseLost: throw hold.lease.lost()
            }
        } catch LedgerError.Code.leaseLost {
            log(.notice, "The lease was lost; what the attempt did is dropped.")
        } catch {
            log(.error, "How the attempt ended could not be recorded; the task is handed out again.", error)
        }
        return .lost
    }

    /// Makes the handler's commit and the task's completion true together.
    private func complete(_ commit: Commit) async throws -> AttemptResult {
        let lease = hold.lease
        var commit = commit
        commit.id = lease.commitID
        commit.metadata = commit.metadata.filled(from: metadata)
        commit.complete(lease)
        let receipt: Receipt
        do {
            receipt = try await setting.commit(commit)
        } catch let error where !(LedgerError.Code.leaseLost ~= error) {
            // A lost race or a limit: another attempt may do better. Where the commit was made after all and only the answer
            // was lost, the task is done, and settling is refused with `leaseLost`.
            return try await settle(.failed(TaskFailure(error)), as: .failed)
        }
        if receipt.isDuplicate { try await completeAfterDuplicate(lease) }
        return .done
    }

    /// A duplicate means that the effects are recorded, and since effects and completion are one write, the task is as a rule
    /// completed too. It is still leased where a handler made a commit of its own under the task's commit id, or where the
    /// commit id is remembered longer than the task's name. Left alone, it would run again and again; so it is completed by a
    /// commit that holds nothing else.
    ///
    /// Whose lease it was completed under is not recorded. Until the lease's end it can only be this one: the duplicate is the
    /// answer to a commit that a store sent twice. After it, another worker was given the task and has done it, or a commit
    /// sent twice was answered so late; the attempt is then counted as lost, because it cannot say that it did the work.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/leaseLost`` where the completion may be another's.
    private func completeAfterDuplicate(_ lease: TaskLease) async throws {
        do {
            var completion = Commit()
            completion.complete(lease)
            _ = try await setting.commit(completion)
            log(.warning, "The task's effects had been recorded before; it was completed without recording them again.")
        } catch LedgerError.Code.leaseLost where context.clock.now < lease.expiresAt {
            log(.debug, "The task had been completed before.")
        }
    }

    private func settle(_ settlement: TaskSettlement, as result: AttemptResult) async throws -> AttemptResult {
        let start = ContinuousClock.now
        let state = try await hold.settle(settlement)
        LedgerMetrics.called("settle", context.key.queue, for: ContinuousClock.now - start)
        switch settlement {
        case .failed(let failure), .discarded(let failure):
            log(
                state == .dead ? .error : .warning,
                state == .dead ? "The task became a dead letter." : "The attempt failed; the task is tried again.",
                failure
            )
        case .snoozed, .released: break
        }
        return result
    }

    /// The task's correlation and cause, and the trace of the attempt; where nothing traces, that of whoever enqueued it.
    private var metadata: Metadata {
        var metadata = context.metadata
        let current = TracePropagation.current()
        if current.traceparent != nil {
            metadata.traceparent = current.traceparent
            metadata.tracestate = current.tracestate
        } else {
            metadata.traceparent = context.traceparent
            metadata.tracestate = context.headers["tracestate"]?.stringValue
        }
        return metadata
    }

    private func log(_ level: Logger.Level, _ message: Logger.Message, _ failure: TaskFailure) {
        setting.logger.log(
            level: level, message,
            metadata: [
                "task": "\(context.key)", "kind": "\(task.kind)", "attempt": "\(context.attempt)",
                "worker": "\(setting.worker)", "error": "\(failure.errorType)",
            ]
        )
    }

    private func log(_ level: Logger.Level, _ message: Logger.Message, _ error: (any Error)? = nil) {
        var metadata: Logger.Metadata = [
            "task": "\(context.key)", "attempt": "\(context.attempt)", "worker": "\(setting.worker)",
        ]
        if let error = error as? LedgerError { metadata["error"] = "\(error.code)" }
        setting.logger.log(level: level, message, metadata: metadata)
    }
}
