import EventLedger

/// Where Cloud Tasks has its queues, and where and as whom it delivers tasks.
public struct CloudTasksSettings: Hashable, Sendable {
    /// Where the queues are, such as `europe-west1`.
    public var location: String
    /// Where the tasks are delivered: the URL at which a ``TaskPushEndpoint`` answers, without a query. Google requires
    /// `https`, except for emulators.
    public var url: String
    /// The e-mail address of the service account whose token the deliveries show. Where it is `nil` they show none, and
    /// a ``GoogleTokenVerifier`` refuses them all: only for emulators.
    public var serviceAccount: String?
    /// The audience of the token; the URL where it is `nil`.
    public var audience: String?
    /// How long Cloud Tasks waits for an answer, and so how long an attempt may take: 15 seconds to 30 minutes.
    public var dispatchDeadline: Duration
    /// What the names of the queues begin with, so that several ledgers can have queues of their own in one project;
    /// without it they share those of the same name. At the most 32 letters, digits and hyphens; empty unless given.
    public var queuePrefix: String

    /// Makes settings.
    ///
    /// - Parameters:
    ///   - location: Where the queues are, such as `europe-west1`.
    ///   - url: Where the tasks are delivered.
    ///   - serviceAccount: Whose token the deliveries show.
    ///   - audience: The audience of the token; the URL unless given.
    ///   - dispatchDeadline: How long an attempt may take, 15 seconds to 30 minutes; 10 minutes unless given.
    ///   - queuePrefix: What the names of the queues begin with.
    public init(
        location: String, url: String, serviceAccount: String? = nil, audience: String? = nil,
        dispatchDeadline: Duration = .seconds(600), queuePrefix: String = ""
    ) {
        self.location = location
        self.url = url
        self.serviceAccount = serviceAccount
        self.audience = audience
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
        guard (Duration.seconds(15)...Duration.seconds(1800)).contains(dispatchDeadline) else {
            throw LedgerError(
                .invalidValue,
                "The dispatch deadline is \(dispatchDeadline); Cloud Tasks takes 15 seconds to 30 minutes."
            )
        }
        guard queuePrefix.utf8.count <= 32, queuePrefix.isEmpty || Self.isLegalID(queuePrefix) else {
            throw LedgerError(
                .invalidValue, "The prefix of the queues' names may hold 32 letters, digits and hyphens at the most."
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
