import BenchSupport
import EventLedger

/// The tasks that every program of the comparison enqueues: 100 bytes of payload.
struct TaskContent {
    static let queue: QueueName = "bench"
    private let data = NumberedJSON(bytes: 100)

    /// Whether the payloads are encoded from a Swift type; else they are written as text.
    let isTyped: Bool

    init(isTyped: Bool = false) { self.isTyped = isTyped }

    func task(_ number: Int) throws -> NewTask {
        if isTyped { return try NewTask(NumberedWork(n: number, text: data.filling(number)), in: Self.queue) }
        return NewTask(kind: NumberedWork.kind, payload: try data.json(number), in: Self.queue)
    }

    /// Enqueues tasks, so many at a time, one call after the other.
    func enqueue(_ count: Int, batch: Int, into queue: any TaskQueue) async throws {
        var first = 0
        while first < count {
            let end = min(first + batch, count)
            try await queue.enqueue((first..<end).map(task))
            first = end
        }
    }
}

/// The payload as a Swift type.
struct NumberedWork: TaskPayload {
    static let kind: TaskKind = "bench.work"

    let n: Int
    let text: String
}

/// Does nothing, and says that it is done.
struct NumberedWorkHandler: TaskHandler {
    func handle(_ payload: NumberedWork, in context: TaskContext) async throws -> TaskOutcome { .done() }
}
