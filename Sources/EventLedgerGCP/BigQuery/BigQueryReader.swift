public import EventLedger

/// Reads the events that were copied to BigQuery, up to the first position that is missing there.
///
/// A missing position is an event that has not arrived yet. Nothing behind it is handed out, so that replaying, verifying
/// and comparing see what the ledger was at some time, never a part of it. Rows that are there twice are one event.
///
/// A query is paid by the bytes of the columns and days that it looks at, 10 MB at the least, whatever it returns. So a
/// reading is few queries: each brings up to ``Options/eventsPerQuery`` events, whose pages are then fetched from the
/// query's result, which is free and stays there for a day. Where the result is gone, or another process goes on, the next
/// page is a new query: a selection holds all that is needed. Days are left out as far as the selection's times and what
/// was read before tell.
///
/// It needs `bigquery.jobs.create` in the project and `bigquery.tables.getData` on the table.
public struct BigQueryReader: EventReader {
    /// How a reader asks.
    public struct Options: Hashable, Sendable {
        /// How many events a page has at the most, from 1, and so how much memory reading takes: about twice the page's JSON.
        /// Pages of large events have fewer, for about 2 MB; the first one is cut by BigQuery only, at about 10 MB.
        public var eventsPerPage = 1_000
        /// How many events one query brings at the most, from 1.
        public var eventsPerQuery = 250_000
        /// How long is waited before it is asked whether there are new events. A question costs the least that a query does.
        public var pollInterval = Duration.seconds(60)

        /// Makes the usual options.
        public init() {}
    }

    let client: BigQueryClient
    let partition: Int
    let options: Options
    let clock: any LedgerClock
    let memory = BigQueryMemory()

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - dataset: From where.
    ///   - partition: Which partition is read, where the ledger is partitioned: each is a reader of its own.
    ///   - options: How it asks.
    ///   - clock: Waits between questions.
    public init(
        _ dataset: BigQueryDataset, partition: Int = 0, options: Options = Options(),
        clock: any LedgerClock = SystemClock()
    ) {
        client = BigQueryClient(dataset, clock: clock)
        self.partition = partition
        self.options = options
        self.clock = clock
    }

    /// The checkpoint before the first missing position.
    ///
    /// Cost: a query over the positions and times of the days since it was last asked.
    public func head() async throws -> Checkpoint { Checkpoint(Position(try await contiguousHead())) }

    public func waitForEvents(after checkpoint: Checkpoint) async throws {
        while checkpoint.covers(try await head()) { try await clock.sleep(for: options.pollInterval) }
    }

    /// Reads some events of a selection. What follows is read up to the position that was the last one when the first page was
    /// read.
    public func page(_ selection: EventSelection) async throws -> EventPage {
        try selection.validate()
        if let place = memory.takePlace(of: selection), let page = try await page(at: place, of: selection) {
            return page
        }
        return try await BigQueryReading(selection).firstPage(from: self)
    }

    /// The next page of a query's result; `nil` where the result is gone.
    private func page(at place: BigQueryPlace, of selection: EventSelection) async throws -> EventPage? {
        do {
            let result = try await client.rows(
                of: place.job, behind: place.pageToken, limit: place.limit, resource: resource
            )
            return try place.reading.page(of: result, selection, self)
        } catch let error as LedgerError where error.code == .notFound || error.code == .bigQueryRefused {
            return nil
        }
    }

    var resource: String { client.dataset.tableResource }

    /// The last position before the first that is missing.
    func contiguousHead() async throws -> Int64 {
        let known = memory.head
        let result = try await client.query(
            BigQuerySchema.contiguousHead,
            [
                BigQueryParameter("partition", .integer(Int64(partition))),
                BigQueryParameter("known", .integer(known.position)),
                BigQueryParameter("since", .timestamp(known.recordedAt)),
            ], rows: 1, resource: resource
        )
        let rows = try result.rows { cells in cells }
        guard let row = rows.first, row.count == 2, let head = BigQueryEventRow.integer(row[0]) else {
            throw client.dataset.unreadable()
        }
        if let recordedAt = BigQueryEventRow.integer(row[1]) {
            memory.learn(BigQueryMemory.Landmark(position: head, recordedAt: Timestamp(microseconds: recordedAt)))
        }
        return head
    }
}
