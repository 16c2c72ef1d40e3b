import Testing

/// The parent of all tests of the Google Cloud backend.
@Suite struct EventLedgerGCPTests {}
