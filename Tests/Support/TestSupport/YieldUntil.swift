/// Lets others go on until something holds.
///
/// It ends when this task is cancelled, as by the time limit of a suite: a loop that does not look for that would go on for ever,
/// and no test after it would be run.
///
/// - Throws: `CancellationError`, and what looking throws.
package func yieldUntil(_ holds: () async throws -> Bool) async throws {
    while try await !holds() {
        try Task.checkCancellation()
        await Task.yield()
    }
}
