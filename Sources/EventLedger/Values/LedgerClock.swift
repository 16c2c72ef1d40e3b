#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Where a ledger and its engines get the time from. Tests give them a clock that is stepped by hand.
public protocol LedgerClock: Sendable {
    /// The time now. It may run backwards when the system's clock is set; what is stored never does.
    var now: Timestamp { get }

    /// Suspends until the clock has reached the time.
    ///
    /// - Parameter time: When to go on. A time that has passed returns at once.
    /// - Throws: `CancellationError` when the task is cancelled.
    func sleep(until time: Timestamp) async throws
}

extension LedgerClock {
    /// Suspends for a duration of this clock.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    public func sleep(for duration: Duration) async throws {
        try await sleep(until: now + duration)
    }
}

/// The system's clock.
public struct SystemClock: LedgerClock {
    /// Makes the system's clock.
    public init() {}

    public var now: Timestamp { Timestamp(Date()) }

    public func sleep(until time: Timestamp) async throws {
        let rest = time - now
        if rest > .zero { try await Task.sleep(for: rest) } else { try Task.checkCancellation() }
    }
}

extension LedgerClock where Self == SystemClock {
    /// The system's clock.
    public static var system: SystemClock { SystemClock() }
}
