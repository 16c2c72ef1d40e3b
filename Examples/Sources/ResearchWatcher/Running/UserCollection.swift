public import EventLedger

/// What a run records for one user. It is a function of user, corpus and run alone, and both ways to run use it, so they
/// cannot differ.
///
/// Ids of commits and events are derived: whoever makes the same collection again, in whatever process, changes nothing.
public struct UserCollection: Sendable {
    /// The user's digest.
    public let digest: Digest
    /// What must be committed before, in order: there is something only where one commit cannot hold all papers.
    public let earlier: [Commit]
    /// The commit that ends it: the last papers and the digest.
    public let last: Commit

    // An event's papers are written by the projection in one batch: few enough for that, too.
    private static let papersPerEvent = 100
    private static let bytesPerEvent = 256 * 1024
    // Leaves room for tags and metadata below the limit of a commit.
    private static let bytesPerCommit = LedgerLimits.commitBytes - 512 * 1024

    /// Collects for one user.
    ///
    /// - Parameters:
    ///   - user: the user with their seeds.
    ///   - corpus: the papers.
    ///   - run: the run.
    /// - Throws: `LedgerError` with `encodingFailed`.
    /// - Complexity: O(papers × seeds).
    public init(of user: UserProfile, from corpus: PreparedCorpus, in run: RunInfo) throws {
        let matches = Digest.matches(of: user.seeds, in: corpus.index)
        digest = Digest(for: user, matching: matches, inYear: run.year)

        let key = "\(run.id):\(user.id)"
        var events: [NewEvent] = []
        for papers in Self.parts(of: matches.map { $0.paper }, size: corpus.encodedSize(of:)) {
            let upserted = PapersUpserted(run: run.id, uid: user.id, year: run.year, papers: papers)
            events.append(try run.origin.event(upserted, id: EventID("\(key):papers-\(events.count + 1)")))
        }
        var groups: [[NewEvent]] = [[]]
        var size = 0
        for event in events {
            if size + event.data.bytes.count > Self.bytesPerCommit {
                groups.append([])
                size = 0
            }
            groups[groups.count - 1].append(event)
            size += event.data.bytes.count
        }
        var commits: [Commit] = []
        for (number, group) in groups.enumerated() {
            let isLast = number == groups.count - 1
            var commit = Commit(
                id: CommitID("collect:\(key)" + (isLast ? "" : ":\(number + 1)")), metadata: run.origin.metadata)
            if !group.isEmpty { commit.append(contentsOf: group, to: StreamName("papers-\(user.id)")) }
            commits.append(commit)
        }
        var ending = commits.removeLast()
        let created = DigestCreated(run: run.id, startedAt: run.startedAt, digest: digest)
        ending.append(
            contentsOf: [try run.origin.event(created, id: EventID("\(key):digest"))],
            to: StreamName("digest-\(user.id)"))
        earlier = commits
        last = ending
    }

    /// Commits everything; what was committed before stays as it is.
    ///
    /// - Throws: what the ledger throws.
    public func commit(to ledger: any Ledger) async throws {
        for commit in earlier + [last] { _ = try await ledger.commit(commit) }
    }

    private static func parts(of papers: [Paper], size: (Paper) -> Int) -> [[Paper]] {
        var parts: [[Paper]] = []
        var bytes = 0
        for paper in papers {
            let next = size(paper)
            if let last = parts.last, last.count < papersPerEvent, bytes + next <= bytesPerEvent {
                parts[parts.count - 1].append(paper)
                bytes += next
            } else {
                parts.append([paper])
                bytes = next
            }
        }
        return parts
    }
}
