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
