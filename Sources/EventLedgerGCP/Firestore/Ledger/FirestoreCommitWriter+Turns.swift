import EventLedger
import Synchronization

extension FirestoreCommitWriter {
    /// Another writer asks for its turn.
    struct Asked: Error {
        let asker: FirestoreTurns.Asker
    }

    /// A race was lost, by a writer that had read everything.
    ///
    /// - Parameters:
    ///   - start: When the try began that was lost.
    ///   - end: Until when somebody waits for the jobs.
    /// - Returns: Whether the others were asked to hold back.
    func askForTurn(
        _ jobs: [Job], since start: ContinuousClock.Instant, until end: ContinuousClock.Instant
    ) async -> Bool {
        let now = ContinuousClock.now
        guard now < end, jobs.contains(where: { $0.commit.dependsOnHead }),
            let asker = state.withLock({ $0.turns.lose(after: start.duration(to: now)) })
        else { return false }
        let write = FirestoreHead.write(asker: asker, at: partition.paths.head(partition.number))
        let limit = min(end, now + patience)
        let database = partition.database.answering(within: max(now.duration(to: limit), .milliseconds(1)))
        let resource = partition.resource
        do {
            _ = try await within(limit) { try await database.commit([write], resource: resource) }
            return true
        } catch {
            // There is no head yet, or nobody to ask: the next try will tell.
            return false
        }
    }

    /// Holds back for another writer.
    ///
    /// - Parameter end: Until when somebody waits for what is held back.
    func holdBack(for asker: FirestoreTurns.Asker, until end: ContinuousClock.Instant) async {
        try? await Task.sleep(for: asker.courtesy(within: ContinuousClock.now.duration(to: end)))
    }
}
