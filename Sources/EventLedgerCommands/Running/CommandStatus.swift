public import EventLedger

/// How a command ended: its exit status.
public enum CommandStatus: Int32, Sendable {
    /// Everything is fine.
    case success = 0
    /// The answer is no: findings, differences, a conflict, something that is not there.
    case negative = 1
    /// What was given cannot be used: the arguments, or the input.
    case usage = 2
    /// The ledger could not be used.
    case unavailable = 3
}

extension CommandStatus {
    /// The status for an error that ended a command.
    public init(_ error: any Error) {
        self =
            switch error {
            case let failure as CommandFailure: failure.status
            case let failure as LedgerError: CommandStatus(failure.code)
            default: .unavailable
            }
    }

    /// The status for a kind of error. Kinds that nobody here knows mean that the ledger could not be used.
    public init(_ code: LedgerError.Code) {
        self =
            switch code {
            case .conflict, .eventIDReused, .notFound, .forbidden, .collectionOwned, .leaseLost, .projectionFailed,
                .subjectForgotten:
                .negative
            case .invalidName, .invalidValue, .limitExceeded, .encodingFailed, .unsupported: .usage
            default: .unavailable
            }
    }
}
