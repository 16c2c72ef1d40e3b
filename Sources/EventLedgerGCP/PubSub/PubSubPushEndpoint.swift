public import EventLedger
public import Logging

/// Takes what a push subscription delivers, and hands the events to a reactor: a function from request to response.
///
/// ```swift
/// let endpoint = PubSubPushEndpoint(SendDigest(), on: ledger, subscription: subscription, authenticator: tokens)
/// let response = await endpoint.respond(to: PushRequest(method: "POST", headers: headers, body: body))
/// ```
///
/// What the reactor returns is committed under an id that is derived from the reactor's name and the event's id, before the
/// response: 204 means durable, and an event that is delivered again changes nothing, for as long as the ledger remembers commit
/// ids (7 days by default, which is how long Pub/Sub keeps a message).
///
/// | what comes | answer | recorded |
/// |---|---|---|
/// | another method than POST | 405 | nothing |
/// | no token, a wrong one | 401 or 403, as the authenticator says | nothing |
/// | the token cannot be checked at the moment | 503 | nothing |
/// | a body over ``PushLimits/bodyBytes``, no envelope, no base64, no event | 204 | a dead letter |
/// | an event that the reactor's query does not want, of an unknown type too | 204 | nothing |
/// | the reactor or the commit fails | 503; with the last attempt 204 | nothing; then a dead letter |
/// | an event | 204 | what the reactor returned |
///
/// A dead letter that cannot be recorded is a 503: the message is delivered again.
public struct PubSubPushEndpoint: Sendable {
    private let reactor: ReactorName
    private let reaction: PubSubReaction
    private let ledger: any Ledger
    private let subscription: PubSubSubscriptionName
    private let authenticator: any PushAuthenticator
    private let isUnwrapped: Bool
    private let logger: Logger

    /// Makes an endpoint.
    ///
    /// - Parameters:
    ///   - reactor: Handles events. The same one may be run by a ``ReactorRunner`` too.
    ///   - ledger: Where reactions and dead letters go.
    ///   - subscription: Whose deliveries these are; it names the dead letters.
    ///   - authenticator: Decides whether a request comes from Pub/Sub.
    ///   - isUnwrapped: Whether the subscription delivers the data alone (`noWrapper`), the rest in headers.
    ///   - maximumDeliveries: After how many deliveries an event that fails becomes a dead letter. Pub/Sub counts them only
    ///     for subscriptions with a dead-letter policy; without one an event is delivered until it succeeds.
    ///   - logger: Says what failed; never content.
    public init(
        _ reactor: some Reactor, on ledger: any Ledger, subscription: PubSubSubscriptionName,
        authenticator: any PushAuthenticator, isUnwrapped: Bool = false, maximumDeliveries: Int? = nil,
        logger: Logger = Logger(label: "eventledger.pubsub")
    ) {
        self.reactor = reactor.name
        reaction = PubSubReaction(reactor, on: ledger, maximumDeliveries: maximumDeliveries)
        self.ledger = ledger
        self.subscription = subscription
        self.authenticator = authenticator
        self.isUnwrapped = isUnwrapped
        self.logger = logger
    }

    /// Handles one delivery.
    ///
    /// - Returns: What is to be answered; a status of 2xx only when what the event causes is durable.
    public func respond(to request: PushRequest) async -> PushResponse {
        guard request.method == "POST" else {
            return PushResponse(status: 405, headers: ["allow": "POST"])
        }
        do {
            try await authenticator.authenticate(request)
        } catch let refusal as PushRefusal {
            return PushResponse(status: refusal.status)
        } catch {
            note("A push could not be authenticated.", error)
            return PushResponse(status: 503)
        }
        let delivery: PubSubDelivery
        let event: RecordedEvent
        do {
            try LedgerLimits.check(
                "The body of a push", request.body.count, atMost: PushLimits.bodyBytes, unit: "bytes",
                advice: "Publish smaller messages."
            )
            delivery = try PubSubPushEnvelope.delivery(in: request, isUnwrapped: isUnwrapped)
            event = try delivery.message.recordedEvent()
        } catch {
            return await recorded(unreadable(request, error))
        }
        return await handle(event, attempt: delivery.attempt)
    }

    private func handle(_ event: RecordedEvent, attempt: Int?) async -> PushResponse {
        do {
            try await reaction.perform(event, attempt: attempt)
            return PushResponse(status: 204)
        } catch {
            note("A pushed event could not be handled.", error)
            return PushResponse(status: 503)
        }
    }

    private func unreadable(_ request: PushRequest, _ error: any Error) -> DeadLetter {
        // The message's id tells deliveries of one message apart from others; where it cannot be read the bytes do.
        let id = (try? PubSubPushEnvelope.messageID(in: request, isUnwrapped: isUnwrapped)) ?? nil
        let isTooLarge = request.body.count > PushLimits.bodyBytes
        let identity = id ?? String(decoding: isTooLarge ? request.body.prefix(4096) : request.body[...], as: UTF8.self)
        return PubSubPoison.letter(
            subscription: subscription.description, identity: identity, data: request.body, error: error,
            at: ledger.clock.now
        )
    }

    private func recorded(_ letter: DeadLetter) async -> PushResponse {
        do {
            try await ledger.deadLetters.record(letter)
            return PushResponse(status: 204)
        } catch {
            note("A dead letter of a push could not be recorded.", error)
            return PushResponse(status: 503)
        }
    }

    private func note(_ what: Logger.Message, _ error: any Error) {
        logger.warning(
            what,
            metadata: [
                "subscription": "\(subscription)", "reactor": "\(reactor)",
                "error": "\((error as? LedgerError)?.code.rawValue ?? "\(type(of: error))")",
            ]
        )
    }
}
