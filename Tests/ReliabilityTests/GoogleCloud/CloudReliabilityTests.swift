import Testing

/// What tries to break the ledger on Google Cloud, against emulators and stand-ins: they are shared, and deadlines are of real
/// time, so one test runs after the other.
@Suite("Reliability on Google Cloud", .serialized) struct CloudReliabilityTests {}
