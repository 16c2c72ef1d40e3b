/// Tells people about dead letters.
///
/// 1. It passes on no payload and no secret.
/// 2. It may fail and may be slow: a letter is recorded before anybody is told, whatever becomes of the message.
public protocol DeadLetterNotifier: Sendable {
    /// Tells about one letter.
    ///
    /// - Throws: Any error; it is logged.
    func notify(_ letter: DeadLetter) async throws

    /// Tells about letters that were not told one by one, because there were too many.
    ///
    /// - Parameters:
    ///   - count: How many, from 1.
    ///   - last: The last one of them.
    /// - Throws: Any error; it is logged.
    func notifyOfMore(_ count: Int, last: DeadLetter) async throws
}
