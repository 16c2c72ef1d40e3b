import EventLedger

/// Ends a command with a status and one line for people.
public struct CommandFailure: Error, Sendable, CustomStringConvertible {
    /// The exit status.
    public let status: CommandStatus
    /// What happened and what to do.
    public let message: String

    /// Makes a failure.
    public init(_ status: CommandStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    public var description: String { message }
}

extension CommandFailure {
    /// Why a ledger or a key file could not be opened: what was given cannot be used, or the file or the service cannot. That it
    /// is not there is something else than an item that is not in it, which is an answer.
    init(opening error: LedgerError) {
        self.init(CommandStatus(error.code) == .usage ? .usage : .unavailable, error.message)
    }
}
