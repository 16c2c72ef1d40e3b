import EventLedger

/// Reads documents, changes them on a workspace and commits what was changed, on the condition that nobody has written it
/// meanwhile; after a lost race it begins anew, with jitter, until the time is over.
enum FirestoreChange {
    /// How long the marker of a change is kept at the least: longer than any change is tried, whatever the clocks say.
    static let markerRetention = Duration.seconds(86_400)

    /// Makes a change.
    ///
    /// - Parameters:
    ///   - paths: Those that are likely to be needed; others are read when the change asks for them.
    ///   - ownership: Those that must not be written by anybody until the change is committed, although the change does
    ///     not write them. They are read in a transaction, whose locks hold them.
    ///   - resource: What is changed, for errors.
    ///   - limit: After which time it is given up.
    ///   - change: It runs again after each lost race, and where it asked for a path that was not read.
    /// - Throws: What the change throws; ``LedgerError`` with `timeout` when the time is over.
    static func run<Result: Sendable>(
        _ database: FirestoreDatabase, reading paths: [String], ownership: [String] = [], resource: String,
        within limit: Duration = .seconds(30), _ change: @Sendable (inout FirestoreWorkspace) throws -> Result
    ) async throws -> Result {
        let start = ContinuousClock.now
        var attempt = Attempt<Result>()
        var tries = 0
        while true {
            do {
                return try await attempt.make(
                    database, paths: paths, ownership: ownership, resource: resource, change)
            } catch let error where FirestoreConflict.mayPass(error) {
                tries += 1
                let pause = FirestoreConflict.pause(afterFailures: tries)
                guard start.duration(to: .now) + pause < limit else { throw timeout(resource, tries, error) }
                try await Task.sleep(for: pause)
            }
        }
    }

    private static func timeout(_ resource: String, _ tries: Int, _ error: any Error) -> any Error {
        // What the service said is more use than that the time is over.
        guard error is FirestoreConflict else { return error }
        return LedgerError(
            .timeout,
            "\(resource) was written by others each of \(tries) times that it was to be changed. Try again later.",
            details: ["tries": "\(tries)"], underlying: error
        )
    }

    /// The tries of one change, and what they know of each other.
    ///
    /// Each try that writes also makes a marker: a document of the change's own, which must not be there. So at the most one of
    /// the tries is made, and the marker says which, whatever others did meanwhile to the documents that it wrote.
    private struct Attempt<Result: Sendable> {
        private let token = String(UInt64.random(in: .min ... .max), radix: 36)
        /// Where the marker is, once a try was sent.
        private var marker: String?
        /// What the tries that were sent and may have been made give.
        private var results: [Result] = []

        mutating func make(
            _ database: FirestoreDatabase, paths: [String], ownership: [String], resource: String,
            _ change: @Sendable (inout FirestoreWorkspace) throws -> Result
        ) async throws -> Result {
            var workspace = FirestoreWorkspace()
            var transaction: FirestoreDatabase.Transaction?
            do {
                let asked = Array(Set(paths).subtracting(ownership)) + [marker].compactMap { $0 }
                // At the same time: only what the change does not write is read in a transaction, the rest is held by
                // preconditions.
                async let answer = Self.documents(asked, of: database, resource: resource)
                if !ownership.isEmpty {
                    let owners = try await database.read(ownership, beginning: true, resource: resource)
                    transaction = owners.transaction
                    workspace.load(ownership, from: owners.documents)
                }
                workspace.load(asked, from: try await answer)
                if let done = try finished(workspace) {
                    await rollBack(transaction, in: database)
                    return done
                }
                let (result, changed) = try await apply(change, to: workspace, database, resource: resource)
                let writes = mark(changed.writes, result)
                guard !writes.isEmpty else {
                    await rollBack(transaction, in: database)
                    return result
                }
                _ = try await database.commit(writes, in: transaction, resource: resource)
                return result
            } catch {
                await rollBack(transaction, in: database)
                throw error
            }
        }

        private static func documents(
            _ paths: [String], of database: FirestoreDatabase, resource: String
        ) async throws -> [String: FirestoreDocument] {
            paths.isEmpty ? [:] : try await database.read(paths, resource: resource).documents
        }

        /// The result of the try that was made after all.
        private func finished(_ workspace: FirestoreWorkspace) throws -> Result? {
            guard let marker, case .integer(let made) = try workspace.fields(at: marker)?["try"],
                let index = Int(exactly: made), results.indices.contains(index)
            else { return nil }
            return results[index]
        }

        /// Runs the change, reading what it asks for in between.
        private func apply(
            _ change: @Sendable (inout FirestoreWorkspace) throws -> Result, to base: FirestoreWorkspace,
            _ database: FirestoreDatabase, resource: String
        ) async throws -> (Result, FirestoreWorkspace) {
            var base = base
            while true {
                var workspace = base
                do {
                    return (try change(&workspace), workspace)
                } catch let unread as FirestoreWorkspace.Unread {
                    base.load(
                        unread.paths, from: try await database.read(unread.paths, resource: resource).documents)
                }
            }
        }

        /// Adds the marker to what is written.
        private mutating func mark(_ writes: [FirestoreWrite], _ result: Result) -> [FirestoreWrite] {
            guard let first = writes.first else { return [] }
            let path = marker ?? "\(FirestoreRoot.holding(first.path))/writes/\(token)"
            marker = path
            results.append(result)
            let expiry = SystemClock().now + markerRetention
            let fields: [String: FirestoreValue] = [
                "try": .integer(Int64(results.count - 1)), "expiresAt": .timestamp(expiry.microseconds),
            ]
            return writes + [FirestoreWrite(path, .set(fields), if: .exists(false))]
        }

        private func rollBack(_ transaction: FirestoreDatabase.Transaction?, in database: FirestoreDatabase) async {
            if let transaction { await database.rollBack(transaction) }
        }
    }
}
