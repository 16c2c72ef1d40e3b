import EventLedger

/// A topic: `projects/<project>/topics/<topic>`.
public struct PubSubTopicName: Hashable, Sendable, CustomStringConvertible {
    /// The project's id.
    public let project: String
    /// The topic's id: 3 to 255 letters, digits and `-_.~+%`, a letter first, not beginning with `goog`.
    public let topic: String

    /// Makes a name; it is checked when it is used.
    public init(_ topic: String, in project: String) {
        self.project = project
        self.topic = topic
    }

    /// The full name.
    public var description: String { "projects/\(project)/topics/\(topic)" }

    /// Checks the name before it is used; nothing is sent.
    ///
    /// - Throws: ``LedgerError`` with `invalidName`.
    public func validate() throws { _ = try path() }

    /// The name in a URL.
    ///
    /// - Throws: ``LedgerError`` with `invalidName`.
    func path() throws -> String { try PubSubName.path(project, "topics", topic) }
}

/// A subscription: `projects/<project>/subscriptions/<subscription>`.
public struct PubSubSubscriptionName: Hashable, Sendable, CustomStringConvertible {
    /// The project's id.
    public let project: String
    /// The subscription's id, of the same form as a topic's.
    public let subscription: String

    /// Makes a name; it is checked when it is used.
    public init(_ subscription: String, in project: String) {
        self.project = project
        self.subscription = subscription
    }

    /// The full name.
    public var description: String { "projects/\(project)/subscriptions/\(subscription)" }

    /// Checks the name before it is used; nothing is sent.
    ///
    /// - Throws: ``LedgerError`` with `invalidName`.
    public func validate() throws { _ = try path() }

    /// The name in a URL.
    ///
    /// - Throws: ``LedgerError`` with `invalidName`.
    func path() throws -> String { try PubSubName.path(project, "subscriptions", subscription) }
}

private enum PubSubName {
    static func path(_ project: String, _ kind: String, _ id: String) throws -> String {
        let first = id.utf8.first.map { isLetter($0) } ?? false
        guard first, (3...255).contains(id.utf8.count), !id.hasPrefix("goog"),
            id.utf8.allSatisfy({ isLetter($0) || isDigit($0) || "-_.~+%".utf8.contains($0) })
        else {
            throw LedgerError(
                .invalidName,
                "'\(id.prefix(255))' cannot be a name among Pub/Sub's \(kind): 3 to 255 letters, digits and '-_.~+%', a "
                    + "letter first, not beginning with 'goog'."
            )
        }
        // Project ids may have a domain before them, as in `example.com:project`.
        guard !project.isEmpty, project.utf8.allSatisfy({ isLetter($0) || isDigit($0) || "-.:".utf8.contains($0) })
        else {
            throw LedgerError(.invalidName, "'\(project.prefix(255))' is not the id of a project.")
        }
        let escaped = id.utf8.contains(UInt8(ascii: "%")) || id.utf8.contains(UInt8(ascii: "+"))
        return "/v1/projects/\(project)/\(kind)/\(escaped ? encoded(id) : id)"
    }

    private static func encoded(_ id: String) -> String {
        id.reduce(into: "") { text, character in
            switch character {
            case "%": text += "%25"
            case "+": text += "%2B"
            default: text.append(character)
            }
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
