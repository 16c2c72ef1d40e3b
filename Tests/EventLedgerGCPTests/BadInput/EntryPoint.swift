import EventLedger
import Foundation
import Testing

@testable import EventLedgerGCP

/// Everything by which the library calls Google's services, with a payload that must not be told to anybody else.
enum EntryPoint: String, CaseIterable, Sendable {
    case commit, page, backwards, head, documents, write, letters, enqueue, outbox
    case publish, pull, acknowledge, topic
    case bigQueryHead, bigQueryPage, bigQuerySend
    case createTask, configureQueue, deleteTask

    static let project = "p-1"
    static let token = "ya29.c.TOP-SECRET-TOKEN"
    static let payload = "TOP-SECRET-PAYLOAD"

    /// How errors name what a call is about.
    var resource: String {
        switch self {
        case .commit, .page, .backwards, .head, .documents, .write, .letters, .enqueue, .outbox:
            "projects/p-1/databases/(default)"
        case .publish, .topic: "projects/p-1/topics/t-1"
        case .pull, .acknowledge: "projects/p-1/subscriptions/s-1"
        case .bigQueryHead, .bigQueryPage, .bigQuerySend: "p-1:d_1"
        case .createTask, .configureQueue, .deleteTask: "projects/p-1/locations/europe-west1/queues/work"
        }
    }

    /// Whether a call waits for the service to come back, for longer than a test can.
    var isPatient: Bool { [.write, .enqueue].contains(self) }

    /// Makes the call.
    ///
    /// - Parameter deadline: How long a commit is tried for.
    func call(_ cloud: GoogleCloud, within deadline: Duration = .milliseconds(300)) async throws {
        switch self {
        case .commit, .page, .backwards, .head, .documents, .write, .letters, .enqueue, .outbox:
            var options = FirestoreLedgerOptions(commitDeadline: deadline)
            options.pollInterval = .seconds(1)
            try await call(try FirestoreLedger(on: cloud, options: options))
        case .publish, .pull, .acknowledge, .topic: try await callPubSub(on: cloud)
        case .bigQueryHead, .bigQueryPage, .bigQuerySend:
            try await call(try BigQueryDataset("d_1", on: cloud))
        case .createTask, .configureQueue, .deleteTask:
            let settings = CloudTasksSettings(
                location: "europe-west1", url: "https://worker.example/tasks", authentication: .unauthenticated)
            try await call(try CloudTasksClient(on: cloud, settings: settings))
        }
    }

    private func call(_ ledger: FirestoreLedger) async throws {
        let key = DocumentKey("papers", "1")
        switch self {
        case .commit:
            let event = NewEvent(type: "test.noted", data: JSONText(["secret": .string(Self.payload)]))
            _ = try await ledger.commit { $0.append(contentsOf: [event], to: "s-1") }
        case .page: _ = try await ledger.page(.stream("s-1"))
        // Bounded, so that what is answered first is events.
        case .backwards: _ = try await ledger.page(EventSelection.all.through(1000).backwards.limit(10))
        case .head: _ = try await ledger.head()
        case .documents: _ = try await ledger.documents.documents([key])
        case .write: try await ledger.documents.write([.put(key, ["secret": .string(Self.payload)])])
        case .letters: _ = try await ledger.deadLetters.letters()
        case .enqueue: _ = try await ledger.tasks.enqueue([Self.task])
        default:
            let records = try await ledger.pushedTasks.outbox(until: .distantFuture, limit: 10).records
            for record in records { _ = try record.task.get() }
        }
    }

    private func callPubSub(on cloud: GoogleCloud) async throws {
        let client = PubSubClient(on: cloud), topic = cloud.topic("t-1"), subscription = cloud.subscription("s-1")
        let message = PubSubMessage(data: Array(Self.payload.utf8))
        switch self {
        case .publish: _ = try await client.publish([message], to: topic)
        case .pull: _ = try await client.pull(subscription, maximum: 10, timeout: .seconds(1))
        case .acknowledge:
            let delivery = PubSubDelivery(message: message, messageID: "1", acknowledgment: "a")
            try await client.acknowledge([delivery], of: subscription)
        default: _ = try await client.description(of: topic)
        }
    }

    private func call(_ dataset: BigQueryDataset) async throws {
        switch self {
        case .bigQueryHead: _ = try await BigQueryReader(dataset).head()
        case .bigQueryPage: _ = try await BigQueryReader(dataset).page(.all)
        default:
            let event = try SampleEvents.event(data: #"{"secret":"\#(Self.payload)"}"#)
            _ = try await BigQueryWriter(dataset).send([event])
        }
    }

    private func call(_ client: CloudTasksClient) async throws {
        let task = FirestoreTask(Self.task, generation: 1, at: Timestamp(microseconds: 1_767_600_000_000_000))
        let ledger = "projects/p-1/databases/(default)/documents/ledgers/main"
        let dispatch = TaskDispatch(task, ledger: ledger, policy: RetryPolicy())
        switch self {
        case .createTask: _ = try await client.carry(dispatch, configuration: QueueConfiguration())
        case .configureQueue: try await client.configure(dispatch.queue, QueueConfiguration())
        default: try await client.drop(dispatch)
        }
    }

    private static let task = NewTask(
        kind: "k", payload: JSONText(["secret": .string(payload)]), named: "a", in: "work"
    )
}

/// Shows one token to whoever asks.
struct SecretToken: AccessTokenSource {
    func accessToken() async throws -> AccessToken? { AccessToken(secret: EntryPoint.token) }
}

extension ScriptedTransport {
    /// Google's services, as far as they are this transport.
    var production: GoogleCloud { GoogleCloud(project: EntryPoint.project, transport: self, tokens: SecretToken()) }
}

/// Expects an error of ours that tells neither the token nor the payload.
func expectSilence(_ error: any Error, _ context: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let ledgerError = error as? LedgerError
    #expect(ledgerError != nil, "\(context): \(type(of: error))", sourceLocation: sourceLocation)
    let told =
        ["\(error)", String(reflecting: error), error.localizedDescription, ledgerError?.message ?? ""]
        + (ledgerError.map { [$0.details.description, $0.underlying.map { "\($0)" } ?? ""] } ?? [])
    for text in told {
        #expect(!text.contains(EntryPoint.token), "\(context)", sourceLocation: sourceLocation)
        #expect(!text.contains(EntryPoint.payload), "\(context)", sourceLocation: sourceLocation)
    }
}
