/// What a holder may commit. What is not named is not allowed; reading is not restricted.
public struct Scope: Hashable, Sendable {
    /// The collections that may be written. Reserved collections never are.
    public var collections: Set<CollectionName>
    /// The types of events that may be appended.
    public var eventTypes: Set<EventType>
    /// The streams that may be appended to.
    public var streams: Set<StreamName>
    /// The categories to whose streams may be appended.
    public var categories: Set<StreamCategory>
    /// The queues whose tasks may be enqueued, cancelled and completed.
    public var queues: Set<QueueName>

    /// Makes a scope; nothing is allowed unless it is named.
    public init(
        collections: Set<CollectionName> = [], eventTypes: Set<EventType> = [], streams: Set<StreamName> = [],
        categories: Set<StreamCategory> = [], queues: Set<QueueName> = []
    ) {
        self.collections = collections
        self.eventTypes = eventTypes
        self.streams = streams
        self.categories = categories
        self.queues = queues
    }

    /// Whether events may be appended to a stream, by its name or by its category.
    public func allows(_ stream: StreamName) -> Bool {
        streams.contains(stream) || categories.contains(stream.category)
    }

    /// Checks all parts of a commit. Conditions and expectations only read, so they are not restricted.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/forbidden`` that names what is outside.
    /// - Complexity: O(parts of the commit).
    public func check(_ commit: Commit) throws {
        var outside = OutsideScope()
        for append in commit.appends {
            if !allows(append.stream) { outside.add(append.stream) }
            for event in append.events where !eventTypes.contains(event.type) { outside.add(event.type) }
        }
        for write in commit.documents
        where write.key.collection.isReserved || !collections.contains(write.key.collection) {
            outside.add(write.key.collection)
        }
        for task in commit.tasks where !queues.contains(task.queue) { outside.add(task.queue) }
        for lease in commit.completions where !queues.contains(lease.key.queue) { outside.add(lease.key.queue) }
        if !commit.deadLetters.isEmpty { outside.add("recording dead letters") }
        // Under the id of another's task, a commit would make that task's own look like a repetition.
        if commit.id.isDerived, !commit.completions.contains(where: { $0.commitID == commit.id }) {
            outside.add("a commit id that is derived from a task or an event")
        }
        try outside.check()
    }
}
