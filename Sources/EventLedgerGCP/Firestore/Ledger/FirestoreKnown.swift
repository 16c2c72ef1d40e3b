import EventLedger

/// What a writer knows since its last commit. It holds for as long as the head has the update time that is known: nobody
/// else can have appended then.
///
/// Streams are remembered in two generations: when the younger one is full, the older one is forgotten. Lookups and inserts
/// are O(1), and at most twice the capacity is held.
struct FirestoreKnown: Sendable {
    private(set) var head: FirestoreHead?
    private var young: [StreamName: FirestoreStreamHead] = [:]
    private var old: [StreamName: FirestoreStreamHead] = [:]
    private let capacity: Int

    init(capacity: Int = 10_000) { self.capacity = capacity }

    /// Nothing is known any more.
    mutating func forget() {
        head = nil
        young = [:]
        old = [:]
    }

    /// The head was read, or written.
    ///
    /// - Parameter follows: Whether nothing was written between what was known and this.
    mutating func learn(_ head: FirestoreHead, follows: Bool) {
        if !follows, self.head?.updateTime != head.updateTime { forget() }
        self.head = head
    }

    subscript(stream: StreamName) -> FirestoreStreamHead? { young[stream] ?? old[stream] }

    mutating func learn(_ stream: FirestoreStreamHead, of name: StreamName) {
        young[name] = stream
        guard young.count > capacity else { return }
        old = young
        young = [:]
    }
}
