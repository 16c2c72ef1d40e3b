public import EventLedger

extension TaskDispatcher {
    /// Puts tasks that were handed over before a time, and have not ended, into the outbox again, so that the next pass gives
    /// them to the service anew, as the ledger's settings are now. Tasks that are being handled are left out. What the service
    /// still has of them is not heard any more, and what they have used of their limits stays used.
    ///
    /// A dispatcher does so by itself with tasks of 30 days. Call it where the service has lost what it was given: a queue was
    /// deleted or purged there, or its tasks went to an endpoint of another ledger.
    ///
    /// - Parameter time: Not later than now.
    /// - Returns: How many it were. Each costs two reads and a write, and handing it over what that costs.
    /// - Throws: ``LedgerError`` where the ledger cannot be read or written, or `CancellationError`.
    @discardableResult
    public func carryAnew(handedOverBefore time: Timestamp) async throws -> Int {
        let limit = min(time, queue.clock.now)
        var count = 0, size = Self.pageSize
        while true {
            let page = try await queue.carried(since: limit, count: size)
            let outcomes = try await queue.carryAnew(tasks(in: page), handedOverBefore: limit)
            var renewed = 0
            for outcome in outcomes.values {
                switch outcome {
                case .success(let isRenewed): renewed += isRenewed ? 1 : 0
                case .failure(let error): corruptRecords.tell(error)
                }
            }
            count += renewed
            if renewed == 0, page.count < size { return count }
            // Those that stay must not hide what is behind them.
            size = Self.pageSize + page.count - renewed
        }
    }

    /// The tasks whose records can be read.
    func tasks(in page: [FirestoreTaskRecord]) -> [FirestoreTask] {
        var tasks: [FirestoreTask] = []
        for record in page {
            switch record.task {
            case .success(let task): tasks.append(task)
            case .failure(let error): corruptRecords.tell(error)
            }
        }
        return tasks
    }
}
