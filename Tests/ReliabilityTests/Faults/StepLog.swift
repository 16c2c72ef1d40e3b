import EventLedger
import Synchronization

/// What became of the steps of a ``LedgerLife``.
final class StepLog: Sendable {
    private struct State {
        var failures: [String] = []
        var problems: [String] = []
    }

    private let state = Mutex(State())
    private let allowed: Set<LedgerError.Code>

    /// - Parameter allowed: The codes that a step may fail with.
    init(allowing allowed: Set<LedgerError.Code>) { self.allowed = allowed }

    /// The steps that failed as they may, with their errors.
    var failures: [String] { state.withLock { $0.failures } }

    /// What must not be: errors of another kind, and steps that fail though they must not.
    var problems: [String] { state.withLock { $0.problems } }

    /// Takes a step that may fail.
    ///
    /// - Returns: What it returns; `nil` where it failed.
    @discardableResult
    func attempt<Value: Sendable>(_ step: String, _ body: () async throws -> Value) async -> Value? {
        do {
            return try await body()
        } catch {
            let line = "\(step) failed: \(error)"
            let isAllowed = (error as? LedgerError).map { allowed.contains($0.code) } ?? false
            state.withLock { if isAllowed { $0.failures.append(line) } else { $0.problems.append(line) } }
            return nil
        }
    }

    /// Takes a step that must succeed.
    @discardableResult
    func require<Value: Sendable>(_ step: String, _ body: () async throws -> Value) async -> Value? {
        do {
            return try await body()
        } catch {
            state.withLock { $0.problems.append("\(step) failed: \(error)") }
            return nil
        }
    }
}
