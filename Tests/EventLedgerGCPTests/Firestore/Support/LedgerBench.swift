import EventLedger
import EventLedgerTesting
import GCPTestSupport
import Synchronization
import Testing

@testable import EventLedgerGCP

/// A database of a test's own, and ledgers in it.
struct LedgerBench: Sendable {
    let project = GCPServices.newProject()
    let clock: any LedgerClock

    init(clock: any LedgerClock = SystemClock()) { self.clock = clock }

    /// Opens the ledger as another process would.
    func open(
        through transport: any HTTPTransport = GCPServices.transport,
        _ configure: (inout FirestoreLedgerOptions) -> Void = { _ in }
    ) throws -> FirestoreLedger {
        try FirestoreLedger(
            on: GCPServices.cloud(project: project, transport: transport), options: options(configure)
        )
    }

    func openPartitioned(
        _ count: Int, through transport: any HTTPTransport = GCPServices.transport
    ) throws -> PartitionedFirestoreLedger {
        try PartitionedFirestoreLedger(
            on: GCPServices.cloud(project: project, transport: transport), partitions: count,
            options: options { _ in }
        )
    }

    /// - Parameter route: The partition of every stream.
    func openPartitioned(_ count: Int, routing route: Int) throws -> PartitionedFirestoreLedger {
        try PartitionedFirestoreLedger(
            on: GCPServices.cloud(project: project), partitions: count, options: options { _ in }
        ) { _ in route }
    }

    private func options(_ configure: (inout FirestoreLedgerOptions) -> Void) -> FirestoreLedgerOptions {
        // Nothing is given up, or sent again for want of an answer, because the machine stalls.
        var options = FirestoreLedgerOptions(
            pollInterval: .milliseconds(50), commitDeadline: .seconds(300), clock: clock)
        configure(&options)
        return options
    }
}

/// An event without meaning.
func sample(_ number: Int, type: EventType = "test.noted", tags: [EventTag] = []) -> NewEvent {
    NewEvent(type: type, data: JSONText(.object(["n": .integer(Int64(number))])), tags: tags)
}

extension EventReader {
    func all(_ selection: EventSelection = .all) async throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        for try await event in read(selection) { events.append(event) }
        return events
    }
}

/// Expects positions, and revisions of each stream, from 1 without gaps, and hashes that chain.
func expectWhole(_ events: [RecordedEvent], sourceLocation: SourceLocation = #_sourceLocation) {
    let positions = events.map(\.position.rawValue)
    #expect(positions == Array(1..<Int64(events.count + 1)), sourceLocation: sourceLocation)
    expectChains(events, sourceLocation: sourceLocation)
}

func expectChains(_ events: [RecordedEvent], sourceLocation: SourceLocation = #_sourceLocation) {
    var last: [StreamName: RecordedEvent] = [:]
    var hasher = EventHasher()
    for event in events {
        let before = last[event.stream]
        let expected = hasher.hash(event, previous: before?.hash ?? .zero)
        #expect(event.hash == expected, "position \(event.position)", sourceLocation: sourceLocation)
        #expect(event.revision.rawValue == (before?.revision.rawValue ?? 0) + 1, sourceLocation: sourceLocation)
        last[event.stream] = event
    }
}

/// A transport that misbehaves with some requests, and passes the others on.
final class UnreliableTransport: HTTPTransport {
    enum Fault: Sendable {
        /// Answered in the server's place; it does not get the request.
        case answer(Int, String)
        /// The server does what it is asked, and its answer is lost.
        case swallow
        /// None.
        case pass
    }

    private let base: any HTTPTransport
    private let faults: Mutex<[Fault]>
    private let sent = Mutex<[String]>([])
    private let method: String

    /// - Parameters:
    ///   - faults: What happens to the first requests of the method, in order.
    ///   - method: How the path of those requests ends.
    init(_ faults: [Fault], to method: String = ":commit", base: any HTTPTransport = GCPServices.transport) {
        self.base = base
        self.faults = Mutex(faults)
        self.method = method
    }

    /// The methods of the requests so far, in order.
    var methods: [String] { sent.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let name = ":" + (request.url.split(separator: ":").last.map(String.init) ?? "")
        sent.withLock { $0.append(name) }
        let fault = name != method ? nil : faults.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        switch fault {
        case .answer(let status, let reason):
            let body = #"{"error":{"code":\#(status),"message":"scripted","status":"\#(reason)"}}"#
            return HTTPResponse(status: status, body: Array(body.utf8))
        case .swallow:
            _ = try await base.send(request)
            throw HTTPFailure(.connectionLost, "The connection was lost.", mayHaveArrived: true)
        case .pass, nil: return try await base.send(request)
        }
    }
}
