#if canImport(Testing)
import EventLedger
public import Testing

/// One thing that a backend owes its users, and the check that it does.
///
/// A suite is a list of obligations; whoever has a backend runs one with one line:
///
/// ```swift
/// @Test(arguments: EventStoreConformance.obligations)
/// func eventStore(_ obligation: EventStoreConformance.Obligation) async throws {
///     try await obligation.check { clock in InMemoryLedger(clock: clock) }
/// }
/// ```
public struct ConformanceObligation<Subject: Sendable>: Sendable, CustomTestStringConvertible {
    /// The number of the obligation in the documentation of its protocol.
    public let number: Int
    /// What is owed.
    public let name: String
    /// What a backend must be able to do for the obligation to make sense.
    public let needs: Set<ConformanceCapability>

    private let body: @Sendable (ConformanceRun<Subject>) async throws -> Void

    init(
        _ number: Int, _ name: String, needs: Set<ConformanceCapability> = [],
        _ body: @escaping @Sendable (ConformanceRun<Subject>) async throws -> Void
    ) {
        self.number = number
        self.name = name
        self.needs = needs
        self.body = body
    }

    public var testDescription: String { "\(number). \(name)" }

    /// Checks the obligation on a fresh subject of ``ConformanceCapability/standard`` capabilities.
    ///
    /// - Parameters:
    ///   - seed: Decides everything random. A failure names the seed that it was found with.
    ///   - open: Makes a fresh, empty subject that takes the time from the clock it is given.
    /// - Throws: What the subject throws where it should not. What does not hold is recorded as an issue.
    public func check(
        seed: UInt64 = .random(in: .min ... .max), _ open: @escaping @Sendable (TestClock) async throws -> Subject
    ) async throws {
        try await check(ConformanceTarget { clock in .init(try await open(clock)) }, seed: seed)
    }

    /// Checks the obligation on a fresh subject of a target.
    ///
    /// Where the target does not claim what the obligation needs, that is recorded as a warning, by name.
    ///
    /// - Parameters:
    ///   - target: What is checked.
    ///   - seed: Decides everything random. A failure names the seed that it was found with.
    /// - Throws: What the subject throws where it should not. What does not hold is recorded as an issue.
    public func check(
        _ target: ConformanceTarget<Subject>, seed: UInt64 = .random(in: .min ... .max)
    ) async throws {
        let missing = needs.subtracting(target.capabilities).sorted { $0.rawValue < $1.rawValue }
        guard missing.isEmpty else {
            let reasons = missing.map { "'\($0.rawValue)' is not claimed: \($0.reason)" }.joined(separator: "; ")
            Issue.record("Skipped: \(testDescription) (\(reasons)).", severity: .warning)
            return
        }
        let clock = TestClock()
        let opened = try await target.open(clock)
        let run = ConformanceRun(opened.subject, clock: clock, seed: seed, open: opened.reopen)
        let failure: (any Error)?
        do {
            try await body(run)
            failure = nil
        } catch {
            failure = error
        }
        // What was opened is put away also where the check failed, and the check's own error is the one to report.
        do {
            try await opened.tearDown?(run.subjects)
        } catch {
            if failure == nil { throw error }
        }
        if let failure { throw failure }
    }

    /// The obligations that a target does not have to keep, because it does not claim what they need.
    public static func skipped(
        of obligations: [ConformanceObligation], claiming capabilities: Set<ConformanceCapability>
    ) -> [ConformanceObligation] {
        obligations.filter { !$0.needs.isSubset(of: capabilities) }
    }
}
#endif
