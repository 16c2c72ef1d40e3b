/// The answer is no: what was asked for is not there or does not hold. It ends a command with status 1.
public struct Refusal: Error, CustomStringConvertible {
    /// What the answer is and what to do, in one line.
    public let description: String

    /// Makes a refusal.
    ///
    /// - Parameter description: what the answer is and what to do, in one line.
    public init(_ description: String) {
        self.description = description
    }
}
