import EventLedger

/// Cuts the input of `append` into commits.
struct EventBatches {
    /// The events of one commit, with the lines that they stand on.
    struct Batch {
        var events: [(stream: StreamName, event: NewEvent)] = []
        var firstLine = 0
        var lastLine = 0
        fileprivate var bytes = 0
    }

    /// A line is about as long as what it becomes; some room is left for what becomes longer.
    private static let byteLimit = LedgerLimits.commitBytes / 8 * 7

    private var lines: LineReader
    private let stream: StreamName?
    private let isOneCommit: Bool
    private var held: (number: Int, bytes: Int, stream: StreamName, event: NewEvent)?

    /// Makes batches.
    ///
    /// - Parameters:
    ///   - source: The input.
    ///   - stream: The stream of events whose lines name none.
    ///   - isOneCommit: Whether all of the input has to fit into one commit.
    init(_ source: any ByteSource, stream: StreamName?, isOneCommit: Bool) {
        lines = LineReader(source)
        self.stream = stream
        self.isOneCommit = isOneCommit
    }

    /// The events of the next commit; `nil` at the end.
    ///
    /// - Throws: ``CommandFailure`` that names the line.
    mutating func next() async throws -> Batch? {
        var batch = Batch()
        while let line = try await nextLine() {
            let isFull =
                batch.events.count == LedgerLimits.eventsPerCommit
                || (!batch.events.isEmpty && batch.bytes + line.bytes > Self.byteLimit)
            if isFull {
                guard !isOneCommit else {
                    throw CommandFailure(
                        .usage,
                        "Line \(line.number) is one too many for one commit, which holds \(LedgerLimits.eventsPerCommit) events "
                            + "and 3 MiB. Nothing was written; split the input, or leave out --commit-id and --unless."
                    )
                }
                held = line
                return batch
            }
            if batch.events.isEmpty { batch.firstLine = line.number }
            batch.lastLine = line.number
            batch.bytes += line.bytes
            batch.events.append((line.stream, line.event))
        }
        return batch.events.isEmpty ? nil : batch
    }

    private mutating func nextLine() async throws -> (number: Int, bytes: Int, stream: StreamName, event: NewEvent)? {
        if let line = held {
            held = nil
            return line
        }
        guard let line = try await lines.next() else { return nil }
        do {
            let parsed = try EventLine(line.bytes)
            guard let stream = parsed.stream ?? self.stream else {
                throw LedgerError(.invalidValue, "No stream is named. Give --stream, or 'stream' in the line.")
            }
            return (line.number, line.bytes.count, stream, parsed.event)
        } catch let error as LedgerError {
            throw CommandFailure(.usage, "Line \(line.number): \(error.message) Nothing of its commit was written.")
        }
    }
}

extension EventBatches.Batch {
    /// The events of one stream after the other, as far as they stand next to each other. The expectation is that of the first
    /// append to its stream: later ones see those before them.
    func appends(to stream: StreamName?, expecting expectation: Expectation) -> [Commit.Append] {
        var appends: [Commit.Append] = []
        var run: [NewEvent] = []
        var isFirst = true
        for (index, entry) in events.enumerated() {
            run.append(entry.event)
            guard index + 1 == events.count || events[index + 1].stream != entry.stream else { continue }
            let isMeant = entry.stream == stream && isFirst
            if isMeant { isFirst = false }
            appends.append(Commit.Append(to: entry.stream, expecting: isMeant ? expectation : .any, events: run))
            run = []
        }
        return appends
    }
}
