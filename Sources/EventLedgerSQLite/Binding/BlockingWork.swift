import Dispatch

/// Runs work that waits for the disk on a thread that may block.
package enum BlockingWork {
    private static let queue = DispatchQueue(label: "eventledger.blocking", attributes: .concurrent)

    package static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try body() }) }
        }
    }
}
