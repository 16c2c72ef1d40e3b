/// What a suite is run against: how to make a fresh ledger, what it claims to be able to do, and how to open it again.
///
/// ```swift
/// let target = ConformanceTarget<any EventStore>(claiming: [.reopening, .leases, .rateLimits]) { clock in
///     let file = temporaryFile()
///     return .init(
///         try await FileLedger(file, clock: clock),
///         reopen: { try await FileLedger(file, clock: clock) },
///         tearDown: { ledgers in for case let ledger as FileLedger in ledgers { try await ledger.close() } }
///     )
/// }
/// ```
public struct ConformanceTarget<Subject: Sendable>: Sendable {
    /// A fresh, empty subject.
    public struct Opened: Sendable {
        let subject: Subject
        let reopen: (@Sendable () async throws -> Subject)?
        let tearDown: (@Sendable ([Subject]) async throws -> Void)?

        /// Makes an opened subject.
        ///
        /// - Parameters:
        ///   - subject: What is checked.
        ///   - reopen: Opens what the subject stored once more, while the subject is still open, as another process would.
        ///     Required where ``ConformanceCapability/reopening`` is claimed.
        ///   - tearDown: Puts away all subjects that were opened, the first one first, and what they stored.
        public init(
            _ subject: Subject, reopen: (@Sendable () async throws -> Subject)? = nil,
            tearDown: (@Sendable ([Subject]) async throws -> Void)? = nil
        ) {
            self.subject = subject
            self.reopen = reopen
            self.tearDown = tearDown
        }
    }

    let capabilities: Set<ConformanceCapability>
    let open: @Sendable (TestClock) async throws -> Opened

    /// Makes a target.
    ///
    /// - Parameters:
    ///   - capabilities: What the subject claims to be able to do.
    ///   - open: Makes a fresh, empty subject that takes the time from the clock it is given.
    public init(
        claiming capabilities: Set<ConformanceCapability> = ConformanceCapability.standard,
        open: @escaping @Sendable (TestClock) async throws -> Opened
    ) {
        self.capabilities = capabilities
        self.open = open
    }
}
