public import EventLedger

/// How a ledger on Firestore works.
public struct FirestoreLedgerOptions: Sendable {
    /// How long a commit is recognised by its id, and its receipt returned whole; 7 days unless set, 31 at the most, so that
    /// no task of a name that was forgotten is taken for an older one. After that its events are still recognised by theirs.
    /// The receipts carry a field `expiresAt`: a time-to-live policy on the collection group
    /// `commits` removes them, at no cost in calls.
    public var commitRetention: Duration
    /// How often the head is read at the most by whoever waits for events that other processes commit; 5 seconds unless set.
    /// Waiting begins with shorter intervals, from 250 ms, doubled each time. Each look costs one read.
    public var pollInterval: Duration
    /// The fields by which documents are queried without reading all of a collection.
    public var declaredFields: DeclaredFields
    /// How long a commit is tried for, races that are lost and services that are away included; 30 seconds unless set. One
    /// that is made together with later ones may be tried for a third longer.
    public var commitDeadline: Duration
    /// How many commits are made in one request at the most; 500 unless set.
    public var commitsPerGroup: Int
    /// How many writes one request has at the most, unless a single commit has more; 1,000 unless set. Firestore takes
    /// any number within 10 MiB.
    public var writesPerGroup: Int
    /// How many bytes one request has at the most, unless a single commit has more, as estimated before it is made;
    /// 4 MiB unless set. Firestore takes 10 MiB, its emulator 4 MiB.
    public var bytesPerGroup: Int
    /// Where Cloud Tasks has the queues, and where it delivers. A ``TaskDispatcher`` needs it, and with it pausing,
    /// configuring and purging a queue reach the service. Where it is `nil`, tasks are kept and nothing is passed on.
    public var cloudTasks: CloudTasksSettings?
    /// Where the ledger gets the time from that it records.
    public var clock: any LedgerClock

    /// Makes options.
    ///
    /// - Parameters:
    ///   - commitRetention: How long a commit is recognised by its id.
    ///   - pollInterval: How often the head is read by whoever waits.
    ///   - declaredFields: The fields by which documents are queried.
    ///   - commitDeadline: How long a commit is tried for.
    ///   - cloudTasks: Where Cloud Tasks has the queues, and where it delivers; without it tasks are not handed over.
    ///   - clock: Where the ledger gets the time from that it records. Deadlines are kept by the process's own clock.
    public init(
        commitRetention: Duration = .seconds(7 * 86_400), pollInterval: Duration = .seconds(5),
        declaredFields: DeclaredFields = [], commitDeadline: Duration = .seconds(30),
        cloudTasks: CloudTasksSettings? = nil, clock: any LedgerClock = SystemClock()
    ) {
        self.commitRetention = commitRetention
        self.pollInterval = pollInterval
        self.declaredFields = declaredFields
        self.commitDeadline = commitDeadline
        self.cloudTasks = cloudTasks
        self.clock = clock
        commitsPerGroup = 500
        writesPerGroup = 1000
        bytesPerGroup = 4 << 20
    }

    /// Checks the ranges.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidValue``.
    func validate() throws {
        guard commitRetention > .zero, commitRetention <= FirestoreTasks.generationRetention,
            pollInterval >= .milliseconds(10), commitDeadline > .zero, commitsPerGroup > 0, writesPerGroup > 0,
            bytesPerGroup > 0
        else {
            throw LedgerError(
                .invalidValue,
                "The options of the ledger cannot be used: durations and limits must be more than 0, the poll interval "
                    + "10 milliseconds or more, and commits may be remembered for 31 days at the most."
            )
        }
    }
}
