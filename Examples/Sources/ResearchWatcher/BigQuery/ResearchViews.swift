/// The example's views beside the events in BigQuery: what agents watch, and what tells whether the events are whole.
///
/// The statements are for `BigQuerySchema.create(in:views:)`, which puts project and dataset in.
public enum ResearchViews {
    /// The statements in the order in which they are made.
    ///
    /// | view | what it is for |
    /// |---|---|
    /// | `vw_recent_highscore` | papers that are worth a summary: a score over 70 in digests of the last seven days |
    /// | `searches` | the searches, taken apart, with the query in its normal form |
    /// | `vw_trending_searches` | what ``Trends`` finds, at the time of the query |
    /// | `vw_user_search_activity` | searches by user and day |
    /// | `run_gaps` | runs of which an event is missing |
    /// | `source_usage` | how much was read from each source on each day |
    ///
    /// Events by type and day, provenance flags and missing positions are the library's own views.
    public static let statements = [
        PackageResources.vw_recent_highscore_sql, PackageResources.searches_sql,
        PackageResources.vw_trending_searches_sql, PackageResources.vw_user_search_activity_sql,
        PackageResources.run_gaps_sql, PackageResources.source_usage_sql,
    ].map { String(decoding: $0, as: UTF8.self) }
}
