public import EventLedger

extension LedgerError.Code {
    /// BigQuery refused a request for a reason that has no code of its own; the details name it.
    public static let bigQueryRefused = LedgerError.Code("bigquery-refused")
}
