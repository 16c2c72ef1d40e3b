/// Takes the bytes of standard output or standard error.
public protocol OutputSink: Sendable {
    /// Writes all of the bytes. It may block, and is called on a thread that may.
    ///
    /// - Throws: ``ClosedPipe`` where nobody reads any more, or ``CommandFailure``.
    func write(_ bytes: [UInt8]) throws
}

/// Nobody reads the output any more, as in `eventledger read | head -1`. It ends a command quietly.
public struct ClosedPipe: Error, Sendable {
    /// Makes the error.
    public init() {}
}
