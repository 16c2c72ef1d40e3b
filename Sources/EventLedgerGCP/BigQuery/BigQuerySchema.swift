import EventLedger

/// The table of events and the views beside it, each a statement in a file of its own; see `BigQuery/SQL`.
public enum BigQuerySchema {
    /// The statements that make table and views, in order, with `{{project}}` and `{{dataset}}`.
    ///
    /// | name | |
    /// |---|---|
    /// | `events` | the table: partitioned by the day of `recorded_at`, clustered by `type` and `stream` |
    /// | `events_deduplicated` | each event once |
    /// | `events_json` | data and metadata as JSON beside the text |
    /// | `events_by_type`, `events_by_day` | how many there are |
    /// | `events_provenance` | how many carry which provenance flag |
    /// | `position_gaps` | the positions that are missing |
    public static let statements: [(name: String, sql: String)] = [
        ("events", text(PackageResources.events_sql)),
        ("events_deduplicated", text(PackageResources.events_deduplicated_sql)),
        ("events_json", text(PackageResources.events_json_sql)),
        ("events_by_type", text(PackageResources.events_by_type_sql)),
        ("events_by_day", text(PackageResources.events_by_day_sql)),
        ("events_provenance", text(PackageResources.events_provenance_sql)),
        ("position_gaps", text(PackageResources.position_gaps_sql)),
    ]

    static let contiguousHead = text(PackageResources.contiguous_head_sql)

    /// Makes the dataset, the table and the views; what is there is kept, and views are replaced. It may be done again, and by
    /// several at once.
    ///
    /// Statements that define cost nothing. It needs `bigquery.datasets.create` where the dataset is not there,
    /// `bigquery.tables.create`, `bigquery.tables.get` and `bigquery.tables.update` in it, and `bigquery.jobs.create` in the
    /// project.
    ///
    /// - Parameters:
    ///   - dataset: Where.
    ///   - views: Views of the application's own, with `{{project}}` and `{{dataset}}`, in the order in which they are made.
    /// - Returns: What was not there before.
    /// - Throws: ``LedgerError``: `forbidden`, `unavailable`, `timeout`, `invalidValue` for a placeholder that is not known,
    ///   `bigquery-refused` for a statement that BigQuery does not understand; or `CancellationError`.
    @discardableResult
    public static func create(in dataset: BigQueryDataset, views: [String] = []) async throws -> Made {
        let client = BigQueryClient(dataset, clock: SystemClock())
        let isNew = try await client.createDataset()
        var hadTable = false
        if !isNew { hadTable = try await client.hasTable() }
        for sql in statements.map(\.sql) + views {
            do {
                _ = try await client.query(sql, rows: 0, resource: dataset.resource)
            } catch LedgerError.Code.conflict {
                // Somebody made it in the same moment; now it is there to be kept or replaced.
                _ = try await client.query(sql, rows: 0, resource: dataset.resource)
            }
        }
        return Made(dataset: isNew, table: !hadTable)
    }

    /// The columns of a table that a Pub/Sub BigQuery subscription writes with `writeMetadata` and neither `useTopicSchema` nor
    /// `useTableSchema`, as the `schema` of the table's resource.
    ///
    /// `data` is the message as it was published: the whole event as CloudEvents JSON, with the event's own data in its
    /// `data`. `attributes` is JSON with `content-type`, `type`, `stream` and `category`; see
    /// `Documentation/pubsub-format.md`. This is for who wants events in BigQuery without a process of their own;
    /// ``BigQueryReader`` reads ``statements``' table only.
    ///
    /// Source: https://cloud.google.com/pubsub/docs/bigquery#write_metadata
    public static let subscriptionTable = #"""
        {"fields":[
        {"name":"subscription_name","type":"STRING","mode":"NULLABLE"},
        {"name":"message_id","type":"STRING","mode":"NULLABLE"},
        {"name":"publish_time","type":"TIMESTAMP","mode":"NULLABLE"},
        {"name":"data","type":"STRING","mode":"NULLABLE"},
        {"name":"attributes","type":"STRING","mode":"NULLABLE"}
        ]}
        """#

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
