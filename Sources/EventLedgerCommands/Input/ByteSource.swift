/// Where the input of a command comes from.
public protocol ByteSource: Sendable {
    /// The next bytes, some thousand at a time; `nil` at the end. It does not block a thread of the cooperative pool.
    ///
    /// - Throws: ``CommandFailure`` where it cannot be read.
    func next() async throws -> [UInt8]?
}
