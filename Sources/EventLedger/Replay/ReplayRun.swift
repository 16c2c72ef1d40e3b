/// A replay under way: iterating does the work, a page of events for each element. Stopping the iteration stops the replay.
public struct ReplayRun: AsyncSequence, Sendable {
    /// What is delivered.
    public typealias Element = ReplayProgress

    let replay: Replay

    /// Begins anew.
    public func makeAsyncIterator() -> Iterator { Iterator(replay: replay) }

    /// Reads a page, lets every projection apply it, and writes.
    public struct Iterator: AsyncIteratorProtocol {
        private let replay: Replay
        private var work: ReplayWork?
        private var isFinished = false

        init(replay: Replay) { self.replay = replay }

        /// Does the next page of the replay; `nil` when it has ended.
        public mutating func next() async throws -> ReplayProgress? {
            guard !isFinished else { return nil }
            try Task.checkCancellation()
            var current: ReplayWork
            if let work { current = work } else { current = try await ReplayWork(replay) }
            work = nil
            let progress = try await current.advance()
            isFinished = progress.report != nil
            work = current
            return progress
        }
    }
}

/// What a replay has at hand.
private struct ReplayWork {
    /// A projection and how far it is to come.
    private struct Part {
        var session: ProjectionSession
        let end: Checkpoint
        /// Where the live documents stand, which may be behind what there is to read.
        let live: Checkpoint?
        var isDone: Bool { session.checkpoint.covers(end) && session.claims.isEmpty }
    }

    private let replay: Replay
    private let query: EventQuery
    private let began: Timestamp
    private let start: Checkpoint
    private let end: Checkpoint
    private var checkpoint: Checkpoint
    private var parts: [Part] = []

    init(_ replay: Replay) async throws {
        self.replay = replay
        began = replay.settings.clock.now
        let bounds = try await replay.bounds.resolved(in: replay.reader)
        end = bounds.through
        var live: [ProjectionName: Checkpoint] = [:]
        if let reader = replay.bounds.live { live = try await Self.liveCheckpoints(in: reader, replay.projections) }
        for projection in replay.projections {
            var session = try await ProjectionSession.open(projection, .current, in: replay.target, replay.settings)
            session.stored.begin(after: bounds.after)
            var limit = bounds.through
            if let reached = live[projection.name], limit.covers(reached) { limit = reached }
            parts.append(Part(session: session, end: limit, live: live[projection.name]))
        }
        // One query for all; where it would be too long for a query, everything is read.
        let union = replay.projections.dropFirst().reduce(replay.projections.first?.query ?? .all) { $0.or($1.query) }
        query = union.items.count > 100 ? .all : union
        // The one that is farthest behind says where reading begins; the others pass over what they have.
        let behind = parts.filter { !$0.isDone }.map(\.session.checkpoint)
        start =
            behind.first { first in behind.allSatisfy { $0.covers(first) } } ?? (behind.isEmpty ? end : bounds.after)
        checkpoint = start
    }

    private static func liveCheckpoints(
        in reader: any DocumentReader, _ projections: [any Projection]
    ) async throws -> [ProjectionName: Checkpoint] {
        var result: [ProjectionName: Checkpoint] = [:]
        for projection in projections {
            guard let live = try await reader.projections(projection.name).first(where: \.isLive),
                let first = live.checkpoints.first
            else {
                throw LedgerError(
                    .notFound,
                    "The projection '\(projection.name)' has no live documents to follow. Let its projector run first."
                )
            }
            guard live.checkpoints.allSatisfy({ $0 == first }) else {
                throw LedgerError(
                    .invalidValue,
                    "The partitions of the projection '\(projection.name)' stand at different places. Let them catch up first."
                )
            }
            result[projection.name] = first
        }
        return result
    }

    /// Reads and applies one page.
    mutating func advance() async throws -> ReplayProgress {
        guard !checkpoint.covers(end) else {
            for index in parts.indices { try await finish(index) }
            return progress(report: try await report())
        }
        var selection = EventSelection.query(query).after(checkpoint)
        if let position = end.position { selection = selection.through(position) }
        let page = try await replay.reader.page(selection)
        let boundaries = PageBoundaries(reader: replay.reader, selection: selection, page: page)
        let isDone = page.next == nil || page.checkpoint.covers(end)
        let reached = isDone && end.position != nil ? end : page.checkpoint
        for index in parts.indices where !parts[index].isDone {
            try await apply(page, through: reached, boundaries, to: index)
        }
        checkpoint = reached
        if isDone {
            for index in parts.indices { try await finish(index) }
            return progress(report: try await report())
        }
        return progress(report: nil)
    }

    private mutating func apply(
        _ page: EventPage, through reached: Checkpoint, _ boundaries: PageBoundaries, to index: Int
    ) async throws {
        var conflicts = 0
        var boundaries = boundaries
        boundaries.limit = parts[index].end
        while true {
            let (query, limit) = (parts[index].session.projection.query, parts[index].end)
            let passed = parts[index].session.checkpoint
            let events = page.events.filter { query.matches($0) && !passed.covers($0) && limit.covers($0) }
            do {
                try await parts[index].session.process(events, on: .ledger(boundaries))
                // Of a partition that was read behind the limit, what lies there was not applied.
                let stop = reached.bounded(by: limit)
                if !parts[index].session.checkpoint.covers(stop) { try await parts[index].session.write(through: stop) }
                return
            } catch let error where LedgerError.Code.conflict ~= error && conflicts < Projector.conflictsInARow {
                conflicts += 1
                await Task.yield()
                parts[index].session = try await parts[index].session.reopened(.current)
                parts[index].session.stored.begin(after: start)
            }
        }
    }

    /// Makes a projection known that no event came for.
    private mutating func finish(_ index: Int) async throws {
        if parts[index].session.claims.isEmpty { return }
        try await parts[index].session.write(through: parts[index].session.checkpoint)
    }

    private func progress(report: ReplayReport?) -> ReplayProgress {
        let passed = self.passed
        let seconds = (replay.settings.clock.now - began).inSeconds
        let rate = seconds > 0 ? Double(passed) / seconds : 0
        let total = end.events(behind: start)
        let left = max(0, total - passed)
        return ReplayProgress(
            eventsRead: passed, total: total, eventsPerSecond: rate,
            timeLeft: rate > 0 ? Duration.seconds(Double(left) / rate) : nil, checkpoint: checkpoint,
            report: report
        )
    }

    private var passed: Int64 { checkpoint.events(behind: start) }

    private func report() async throws -> ReplayReport {
        var counts: [CollectionName: Int] = [:]
        for summary in try await replay.target.collections() { counts[summary.name] = summary.count }
        let entries = parts.map { part in
            let build = part.session.build
            let documents = build.collections.map { ($0, counts[build.storedName(of: $0)] ?? 0) }
            return ReplayReport.Entry(
                projection: part.session.report, documents: Dictionary(uniqueKeysWithValues: documents),
                live: part.live
            )
        }
        return ReplayReport(
            projections: entries, isDryRun: replay.isDryRun, eventsRead: passed,
            duration: replay.settings.clock.now - began
        )
    }
}
