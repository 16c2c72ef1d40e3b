import EventLedger
public import EventLedgerGCP
public import Logging
public import ServiceLifecycle

/// What runs beside the web server for a ledger on Google Cloud: events go to the topic, and from there to BigQuery. Any number
/// of processes may run them: of each relay one works, the others stand by. Tasks are handed to Cloud Tasks by the backend,
/// wherever the ledger is open. A process that also serves begins them when it does, so that one that cannot takes nothing from
/// the others.
public enum CloudServices {
    /// The services.
    ///
    /// - Parameters:
    ///   - settings: where everything is.
    ///   - ledger: the ledger.
    ///   - logger: where they write.
    /// - Throws: `LedgerError` where a setting cannot be used.
    public static func make(
        _ settings: CloudSettings, ledger: FirestoreLedger, logger: Logger
    ) throws -> [any Service] {
        let cloud = settings.cloud
        let topic = settings.topic(of: ledger.name), subscription = settings.subscription(of: ledger.name)
        var services: [any Service] = [
            EventRelay(
                "research-events", from: ledger,
                to: PubSubTarget(cloud.topic(topic), on: cloud),
                keeping: ledger.documents, deadLetters: ledger.deadLetters, logger: logger)
        ]
        if let dataset = try settings.bigQuery(of: ledger.name) {
            let writer = BigQueryWriter(dataset)
            services.append(
                PubSubSubscriber(
                    batchesOf: 500, from: cloud.subscription(subscription), on: cloud,
                    deadLetters: ledger.deadLetters, configuration: PubSubSubscriberConfiguration(maximumHandlers: 1),
                    logger: logger
                ) { events in
                    ledger.wake()
                    for refused in try await writer.send(events) {
                        let now = ledger.clock.now
                        try await ledger.deadLetters.record(
                            DeadLetter(
                                event: refused.event, consumer: "bigquery", failure: refused.reason, attempts: 1,
                                isRetryable: false, firstFailedAt: now, at: now))
                    }
                })
        }
        return services
    }
}
