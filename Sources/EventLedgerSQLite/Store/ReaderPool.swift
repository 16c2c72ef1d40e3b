import Dispatch
import EventLedger
import Synchronization

/// Connections that only read, and threads of their own to read on: no cooperative thread ever waits for the disk.
///
/// It is `@unchecked Sendable` because sessions are not Sendable. The invariant: a connection is either in `free` or used
/// by the one closure that took it out, and `state` is only touched under its lock.
final class ReaderPool: @unchecked Sendable {
    private struct State {
        var free: [ReadSession] = []
        var opened = 0
        var waiting: [CheckedContinuation<Slot, any Error>] = []
        var isClosed = false
    }

    private let lock = Mutex(())
    private var state = State()
    private let queue = DispatchQueue(label: "eventledger.readers", attributes: .concurrent)
    private let limit: Int
    private let open: @Sendable () throws -> ReadSession
    private let path: String

    init(limit: Int, path: String, open: @escaping @Sendable () throws -> ReadSession) {
        self.limit = max(1, limit)
        self.path = path
        self.open = open
    }

    /// Runs a closure with a connection, off the cooperative threads.
    func read<Value: Sendable>(_ body: @escaping @Sendable (ReadSession) throws -> Value) async throws -> Value {
        try Task.checkCancellation()
        let slot = try await take()
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in
                let result: Result<Value, any Error>
                var connection = slot.connection
                do {
                    let open = try connection ?? self.open()
                    connection = open
                    result = .success(try body(open))
                } catch let failure as SQLiteFailure {
                    result = .failure(failure.ledgerError(path: path))
                } catch {
                    result = .failure(error)
                }
                give(back: connection)
                continuation.resume(with: result)
            }
        }
    }

    /// Closes the connections that are free now, and the others when they come back.
    func close() {
        let waiting = lock.withLock { _ in
            state.isClosed = true
            state.free = []
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.resume(throwing: Self.closedError(path)) }
    }

    /// A connection, or the right to open one. `@unchecked Sendable`: it is handed to exactly one closure.
    private struct Slot: @unchecked Sendable { let connection: ReadSession? }

    private enum Grant { case slot(Slot), closed, wait }

    private func take() async throws -> Slot {
        try await withCheckedThrowingContinuation { continuation in
            let grant: Grant = lock.withLock { _ in
                if state.isClosed { return .closed }
                if let connection = state.free.popLast() { return .slot(Slot(connection: connection)) }
                if state.opened < limit {
                    state.opened += 1
                    return .slot(Slot(connection: nil))
                }
                state.waiting.append(continuation)
                return .wait
            }
            switch grant {
            case .slot(let slot): continuation.resume(returning: slot)
            case .closed: continuation.resume(throwing: Self.closedError(path))
            case .wait: break
            }
        }
    }

    /// Passes a connection on; `nil` gives the right to open one back.
    private func give(back connection: ReadSession?) {
        let next: CheckedContinuation<Slot, any Error>? = lock.withLock { _ in
            if !state.waiting.isEmpty { return state.waiting.removeFirst() }
            if let connection, !state.isClosed { state.free.append(connection) } else { state.opened -= 1 }
            return nil
        }
        next?.resume(returning: Slot(connection: connection))
    }

    static func closedError(_ path: String) -> LedgerError {
        LedgerError(.closed, "The ledger '\(path)' was closed. Open it again.", details: ["file": path])
    }
}
