extension BigQuerySchema {
    /// What ``create(in:views:)`` has found and made. The views are made anew each time.
    public struct Made: Hashable, Sendable {
        /// Whether the dataset was not there before; also `false` where the answer was lost with which it was made.
        public let dataset: Bool
        /// Whether the table of events was not there before.
        public let table: Bool
    }
}
