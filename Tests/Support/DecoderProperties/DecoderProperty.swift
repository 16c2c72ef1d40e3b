/// A decoder of data from outside, and what holds for it whatever it is given: beyond not crashing, that what it accepts can
/// be written and read again.
///
/// libFuzzer makes inputs for each of them (`Tests/Fuzzing/run`); the ordinary tests replay the corpus that is committed
/// beside it. A new decoder is a case here, a function, and a folder of seeds in `Tests/Fuzzing/Corpus`.
package enum DecoderProperty: String, CaseIterable, Sendable {
    case cloudEvent = "cloud-event"
    case eventLine = "event-line"
    case checkpoint
    case cron
    case condition
    case json
    case timestamp
    case ledgerFile = "ledger-file"
    case seal

    /// Gives bytes to the decoder.
    ///
    /// - Throws: ``BrokenProperty`` where something does not hold, or whatever the decoder throws that is no error of its own.
    package func check(_ bytes: [UInt8]) async throws {
        switch self {
        case .cloudEvent: try Self.checkCloudEvent(bytes)
        case .eventLine: try Self.checkEventLine(bytes)
        case .checkpoint: try Self.checkCheckpoint(bytes)
        case .cron: try Self.checkCron(bytes)
        case .condition: try Self.checkCondition(bytes)
        case .json: try Self.checkJSON(bytes)
        case .timestamp: try Self.checkTimestamp(bytes)
        case .ledgerFile: try await Self.checkLedgerFile(bytes)
        case .seal: try Self.checkSeal(bytes)
        }
    }
}

/// What does not hold for an input.
package struct BrokenProperty: Error, CustomStringConvertible {
    package let description: String
}

/// Throws unless something holds.
func hold(_ condition: Bool, _ claim: @autoclosure () -> String) throws {
    guard condition else { throw BrokenProperty(description: claim()) }
}

/// What a decoder makes of its input; `nil` where it refuses it with the error that it should.
func accepted<Value, Refusal: Error>(unless refusal: Refusal.Type, _ decode: () throws -> Value) throws -> Value? {
    do { return try decode() } catch is Refusal { return nil }
}
