import Testing

/// What tries to break the ledger: crashes, faults of the disk, random histories. Each suite stands in a folder.
@Suite("Reliability") struct ReliabilityTests {}
