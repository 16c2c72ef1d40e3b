public import EventLedger

/// How a ledger file is opened.
public struct SQLiteLedgerOptions: Sendable {
    /// What a receipt promises.
    public enum Durability: Sendable {
        /// The commit is on the disk before the receipt: it survives a power cut. The default. So does all else that changes
        /// the ledger, but for leases of tasks: those are gone with their holders, and the tasks are leased again.
        case everyCommitSynced
        /// The commit survives the death of the process, but a power cut may take the last commits; never their order or
        /// their wholeness. Many times faster with a single writer.
        case lastCommitsMayBeLost
    }

    /// What is expected of the file.
    public enum Mode: Sendable {
        /// It is made where it does not exist.
        case create
        /// It must exist.
        case existing
        /// It must exist and is only read; committing is refused.
        case readOnly
    }

    /// What a receipt promises.
    public var durability: Durability
    /// What is expected of the file.
    public var mode: Mode
    /// Where the time comes from.
    public var clock: any LedgerClock
    /// How long commit ids are remembered; 7 days unless stated.
    public var commitRetention: Duration
    /// How long to wait for other processes before a `timeout`; 30 seconds unless stated.
    public var patience: Duration
    /// How often to look for commits of other processes while somebody waits for events or tasks; 50 milliseconds unless
    /// stated.
    public var pollInterval: Duration
    /// How many connections read at the same time, from 1; 4 unless stated.
    public var readers: Int
    /// The SQLite VFS to open the file with; the default one where it is `nil`. Tests inject faults with it.
    public var vfs: String?
    /// The most pages of 4 KiB that the file may have; no limit where it is `nil`.
    public var maximumPages: Int?

    /// Makes options, each with its default.
    public init(
        durability: Durability = .everyCommitSynced, mode: Mode = .create, clock: any LedgerClock = .system,
        commitRetention: Duration = .seconds(7 * 86_400), patience: Duration = .seconds(30),
        pollInterval: Duration = .milliseconds(50), readers: Int = 4, vfs: String? = nil, maximumPages: Int? = nil
    ) {
        self.durability = durability
        self.mode = mode
        self.clock = clock
        self.commitRetention = commitRetention
        self.patience = patience
        self.pollInterval = pollInterval
        self.readers = readers
        self.vfs = vfs
        self.maximumPages = maximumPages
    }

    /// Checks the ranges.
    func validate() throws {
        guard commitRetention >= .zero, patience >= .zero, pollInterval >= .milliseconds(1), readers >= 1,
            maximumPages.map({ $0 >= 1 }) ?? true
        else {
            throw LedgerError(
                .invalidValue,
                "The options of the ledger are out of range: retention and patience from zero, a poll interval from 1 "
                    + "millisecond, readers and pages from 1."
            )
        }
    }
}
