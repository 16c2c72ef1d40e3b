/// Sends dead letters to a Slack channel through an incoming webhook, without their payloads.
///
/// The core has no HTTP client, so the caller brings one. Give it a deadline: recording a letter waits for the message.
public struct SlackNotifier: DeadLetterNotifier {
    /// Posts a body of type `application/json` to a URL and returns the status.
    public typealias Post = @Sendable (_ url: String, _ json: [UInt8]) async throws -> Int

    // The URL is a secret: whoever knows it can write to the channel.
    private let webhook: Hidden<String>
    private let post: Post

    /// Makes a notifier.
    ///
    /// - Parameters:
    ///   - webhook: The webhook's URL. It appears in no error, log or description.
    ///   - post: Sends the message.
    public init(webhook: String, post: @escaping Post) {
        self.webhook = Hidden(webhook)
        self.post = post
    }

    public func notify(_ letter: DeadLetter) async throws {
        let times = letter.attempts == 1 ? "1 attempt" : "\(letter.attempts) attempts"
        try await send(
            """
            Dead letter: \(letter.isTask ? "task" : "event") \(letter.type) in \(letter.origin), after \(times)
            \(letter.errorType): \(Self.shortened(letter.errorMessage))
            \(letter.id)
            """
        )
    }

    public func notifyOfMore(_ count: Int, last: DeadLetter) async throws {
        try await send("And \(count) more dead letters, the last one in \(last.origin)")
    }

    private func send(_ text: String) async throws {
        var body = JSONObject()
        body["text"] = .string(Self.escaped(text))
        let status: Int
        do {
            status = try await post(webhook.value, body.canonicalBytes)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // An HTTP client's error may repeat the URL, so it is not passed on.
            throw LedgerError(
                .unavailable, "Slack could not be reached (\(type(of: error))). Check the network and the webhook."
            )
        }
        guard (200..<300).contains(status) else {
            throw LedgerError(
                .unavailable, "Slack refused a message with the status \(status). Check the webhook.",
                details: ["status": "\(status)"]
            )
        }
    }

    /// The three characters that have a meaning in Slack's texts.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    private static func shortened(_ message: String) -> String {
        message.count <= 500 ? message : String(message.prefix(499)) + "…"
    }
}
