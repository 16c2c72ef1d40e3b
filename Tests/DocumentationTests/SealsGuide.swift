import EventLedger

func sealToday(_ ledger: any EventReader, after yesterday: Seal) async throws -> [UInt8] {
    let seal = try await LedgerSealer(ledger).seal(requiring: [yesterday])
    return seal.json
}

func isUnchanged(_ ledger: any EventReader, since kept: [[UInt8]]) async throws -> Bool {
    let seals = try kept.map { try Seal(json: $0) }
    let report = try await LedgerVerifier(ledger, .init(seals: seals, expectsProvenance: false)).verify()
    for check in report.seals where check.outcome != .holds {
        print("The ledger was \(check.outcome) since \(check.seal.time).")
    }
    return report.isSound
}

func answer(_ position: Position, in ledger: any EventReader, under seal: Seal) async throws -> [UInt8] {
    try await LedgerSealer(ledger).inclusionProof(of: position, first: seal.size, requiring: [seal]).json
}

func isGenuine(_ event: RecordedEvent, proof: [UInt8], seal: Seal) throws -> Bool {
    try InclusionProof(json: proof).verdict(on: event, under: seal) == .proven
}
