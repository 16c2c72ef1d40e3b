import Metrics

// Without a metrics backend each of these costs a few short allocations; none is on the path of a single event.
extension LedgerMetrics {
    /// Counts a commit that a store has answered with a receipt.
    package static func committed(events: Int, tasks: [EnqueuedTask], isDuplicate: Bool) {
        guard !isDuplicate else {
            Counter(label: duplicates).increment()
            return
        }
        Counter(label: commits).increment()
        if events > 0 { Counter(label: self.events).increment(by: events) }
        sent(tasks)
    }

    /// Counts a commit that was refused.
    package static func refused(_ error: LedgerError) {
        Counter(label: refusals, dimensions: [(LedgerAttributes.errorType, error.code.rawValue)]).increment()
    }

    /// Counts tasks that were enqueued.
    package static func sent(_ tasks: [EnqueuedTask]) {
        var counts: [QueueName: Int] = [:]
        for task in tasks where !task.isDuplicate { counts[task.key.queue, default: 0] += 1 }
        for (queue, count) in counts {
            Counter(label: sentMessages, dimensions: dimensions("send", queue)).increment(by: count)
        }
    }

    /// Records a call to a queue: `send` or `settle`.
    package static func called(_ operation: String, _ queue: QueueName, for duration: Duration) {
        Timer(label: operationDuration, dimensions: dimensions(operation, queue))
            .recordNanoseconds(nanoseconds(duration))
    }

    /// Records an attempt that has ended.
    package static func attempted(_ queue: QueueName, kind: TaskKind, result: String, for duration: Duration) {
        var all = dimensions("process", queue)
        all.append((LedgerAttributes.taskKind, kind.rawValue))
        Counter(label: consumedMessages, dimensions: all).increment()
        all.append((LedgerAttributes.result, result))
        Timer(label: processDuration, dimensions: all).recordNanoseconds(nanoseconds(duration))
    }

    /// Records how many attempts a worker is making.
    package static func nowRunning(_ count: Int, worker: WorkerName) {
        Gauge(label: running, dimensions: [(LedgerAttributes.client, worker.rawValue)]).record(count)
    }

    /// Counts what a projection's batch wrote.
    package static func projected(_ build: String, events: Int, documents: Int, failures: Int) {
        let all = [(LedgerAttributes.projection, build)]
        if events > 0 { Counter(label: projectedEvents, dimensions: all).increment(by: events) }
        if documents > 0 { Counter(label: projectedDocuments, dimensions: all).increment(by: documents) }
        if failures > 0 { Counter(label: projectionFailures, dimensions: all).increment(by: failures) }
    }

    /// Counts a batch that a relay's target has confirmed.
    package static func relayed(_ relay: String, events: Int, refused: Int) {
        let all = [(LedgerAttributes.relay, relay)]
        Counter(label: relayedBatches, dimensions: all).increment()
        if events > 0 { Counter(label: relayedEvents, dimensions: all).increment(by: events) }
        if refused > 0 { Counter(label: relayRefusals, dimensions: all).increment(by: refused) }
    }

    private static func dimensions(_ operation: String, _ queue: QueueName) -> [(String, String)] {
        [
            (LedgerAttributes.system, "eventledger"), (LedgerAttributes.operationName, operation),
            (LedgerAttributes.destination, queue.rawValue),
        ]
    }

    private static func nanoseconds(_ duration: Duration) -> Int64 {
        let (product, overflow) = duration.wholeMicroseconds.multipliedReportingOverflow(by: 1000)
        return overflow ? .max : product
    }
}
