import EventLedger

/// Where Cloud Tasks has its queues, and where and as whom it delivers tasks.
public struct CloudTasksSettings: Hashable, Sendable {
    /// Where the queues are, such as `europe-west1`.
    public var location: String
    /// Where the tasks are delivered: the URL at which a ``TaskPushEndpoint`` answers, without a query. Google requires
    /// `https`, except for emulators.
    public var url: String
    /// How the deliveries show that they come from Cloud Tasks.
    public var authentication: PushAuthentication
    /// How long Cloud Tasks waits for an answer, and so how long an attempt may take: 15 seconds to 30 minutes.
    public var dispatchDeadline: Duration
    /// What the ids of the queues begin with, to tell them from those of other applications in the project. Ledgers have queues
    /// of their own without it. At the most 32 letters, digits and hyphens; empty unless given.
    public var queuePrefix: String

    /// Makes settings.
    ///
    /// - Parameters:
    ///   - location: Where the queues are, such as `europe-west1`.
    ///   - url: Where the tasks are delivered.
    ///   - authentication: How the deliveries show that they come from Cloud Tasks.
    ///   - dispatchDeadline: How long an attempt may take, 15 seconds to 30 minutes; 10 minutes unless given.
    ///   - queuePrefix: What the ids of the queues begin with.
    public init(
        location: String, url: String, authentication: PushAuthentication, dispatchDeadline: Duration = .seconds(600),
        queuePrefix: String = ""
    ) {
        self.location = location
        self.url = url
        self.authentication = authentication
        self.dispatchDeadline = dispatchDeadline
        self.queuePrefix = queuePrefix
    }

    /// Checks the ranges.
    ///
    /// - Throws: `LedgerError` with `invalidValue`, which names the setting.
    func validate() throws {
        guard Self.isLegalID(location), location.utf8.count <= 63 else {
            throw LedgerError(
                .invalidValue,
                "The location of the task queues is no name of one. Write one such as 'europe-west1'."
            )
        }
        guard url.hasPrefix("https://") || url.hasPrefix("http://"), url.utf8.count <= 2083 else {
            throw LedgerError(
                .invalidValue,
                "The URL to which tasks are delivered must begin with https:// (http:// with an emulator) and have at the most "
                    + "2083 bytes."
            )
        }
        try authentication.validate()
        guard (Duration.seconds(15)...Duration.seconds(1800)).contains(dispatchDeadline) else {
            throw LedgerError(
                .invalidValue,
                "The dispatch deadline is \(dispatchDeadline); Cloud Tasks takes 15 seconds to 30 minutes."
            )
        }
        guard queuePrefix.utf8.count <= 32, queuePrefix.isEmpty || Self.isLegalID(queuePrefix) else {
            throw LedgerError(
                .invalidValue, "The prefix of the queues' ids may hold 32 letters, digits and hyphens at the most."
            )
        }
    }

    static func isLegalID(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy(isLegal) }

    static func isLegal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
