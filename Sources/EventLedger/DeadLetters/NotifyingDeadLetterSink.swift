/// Records dead letters in another sink, then announces them.
///
/// A letter is recorded first; what becomes of the message changes nothing about that. Letters that a task queue makes do not
/// come this way; a ``DeadLetterWatch`` sees all letters of a store.
public struct NotifyingDeadLetterSink: DeadLetterSink {
    private let sink: any DeadLetterSink
    private let announcer: DeadLetterAnnouncer

    /// Makes a sink.
    ///
    /// - Parameters:
    ///   - sink: Where letters are recorded.
    ///   - announcer: Tells about them.
    public init(_ sink: any DeadLetterSink, announcing announcer: DeadLetterAnnouncer) {
        self.sink = sink
        self.announcer = announcer
    }

    /// Records a letter, then announces it.
    ///
    /// - Throws: Only what the sink throws; nobody is told then.
    public func record(_ letter: DeadLetter) async throws {
        try await sink.record(letter)
        await announcer.announce(letter)
    }
}
