#if canImport(Testing)
import EventLedger
import Synchronization
import Testing

/// Expects an error of a code, and gives it back.
@discardableResult
func expectError(
    _ code: LedgerError.Code, _ what: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async -> LedgerError? {
    do {
        try await body()
        Issue.record("\(what): '\(code)' was expected, but nothing was thrown.", sourceLocation: sourceLocation)
        return nil
    } catch let error as LedgerError {
        let found = error.code
        #expect(found == code, "\(what): \(error.message)", sourceLocation: sourceLocation)
        return error
    } catch {
        Issue.record("\(what): '\(code)' was expected, but \(error) was thrown.", sourceLocation: sourceLocation)
        return nil
    }
}

/// Expects a conflict whose details name what was expected and what was found.
func expectConflict(
    expected: String? = nil, found: String? = nil, _ what: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async {
    let error = await expectError(.conflict, what, sourceLocation: sourceLocation, body)
    guard let error else { return }
    let namedExpected = error.details["expected"]
    let namedFound = error.details["found"]
    #expect(namedExpected != nil, "\(what): the details name what was expected", sourceLocation: sourceLocation)
    #expect(namedFound != nil, "\(what): the details name what was found", sourceLocation: sourceLocation)
    if let expected { #expect(namedExpected == expected, "\(what)", sourceLocation: sourceLocation) }
    if let found { #expect(namedFound == found, "\(what)", sourceLocation: sourceLocation) }
}

/// Runs what must end; three minutes of real time are the limit, so that a subject that never wakes anybody fails by name,
/// and one on a busy machine does not.
func expectToEnd(
    _ what: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: @escaping @Sendable () async throws -> Void
) async throws {
    let ended = try await withThrowingTaskGroup(of: Bool.self) { group in
        group.addTask {
            try await body()
            return true
        }
        group.addTask {
            try await Task.sleep(for: .seconds(180))
            return false
        }
        let first = try await group.next() ?? false
        group.cancelAll()
        return first
    }
    #expect(ended, "\(what) within three minutes", sourceLocation: sourceLocation)
}

/// What became of one of several concurrent operations.
enum Outcome<Value: Sendable>: Sendable {
    case done(Value)
    case refused(LedgerError.Code)

    var value: Value? { if case .done(let value) = self { value } else { nil } }
    var code: LedgerError.Code? { if case .refused(let code) = self { code } else { nil } }
}

/// Runs an operation many times at once; an error that is no `LedgerError` is thrown on.
///
/// - Returns: What became of each, by its number.
func concurrently<Value: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) async throws -> Value
) async throws -> [Outcome<Value>] {
    let outcomes = try await withThrowingTaskGroup(of: (Int, Outcome<Value>).self) { group in
        for index in 0..<count {
            group.addTask {
                do {
                    return (index, .done(try await body(index)))
                } catch let error as LedgerError {
                    return (index, .refused(error.code))
                }
            }
        }
        var outcomes: [(Int, Outcome<Value>)] = []
        for try await outcome in group { outcomes.append(outcome) }
        return outcomes
    }
    return outcomes.sorted { $0.0 < $1.0 }.map { $0.1 }
}

/// A flag that a task sets and another one sees.
final class Flag: Sendable {
    private let value = Mutex(false)

    var isSet: Bool { value.withLock { $0 } }
    func set() { value.withLock { $0 = true } }
}
#endif
