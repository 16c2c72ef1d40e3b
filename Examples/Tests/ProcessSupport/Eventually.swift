#if canImport(Testing)
import EventLedger
package import Testing

/// Waits until something is so.
package func eventually(
    _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation, _ holds: () async throws -> Bool
) async throws {
    let clock = SystemClock()
    // It is long: the machine may be busy with much else, or stand still for a while.
    let deadline = clock.now + .seconds(200)
    while try await !holds() {
        try #require(clock.now < deadline, what, sourceLocation: sourceLocation)
        try await clock.sleep(for: .milliseconds(10))
    }
}
#endif
