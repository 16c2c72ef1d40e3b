import EventLedger
import Synchronization
import TestSupport
import Testing

@testable import EventLedgerGCP

@Suite("Waiting for the head of a ledger on Firestore", .timeLimit(.minutes(10))) struct FirestoreHeadWatchTests {
    /// What another process would change, and how often it was read.
    private final class Server: Sendable {
        let state = Mutex((heads: [Int64(5), 5], reads: 0))

        var reads: Int { state.withLock { $0.reads } }

        func read() -> [Int64] {
            state.withLock { state in
                state.reads += 1
                return state.heads
            }
        }

        func append() { state.withLock { $0.heads[1] += 1 } }
    }

    private static func watch(
        _ server: Server, first: Duration = .seconds(3600), most: Duration = .seconds(3600)
    ) -> FirestoreHeadWatch {
        FirestoreHeadWatch(partitions: 2, firstInterval: first, pollInterval: most) { server.read() }
    }

    private static let known = Checkpoint(components: [5, 5])

    @Test("Who is told that there may be something looks at once")
    func waking() async throws {
        let server = Server(), watch = Self.watch(server)
        let waiter = Task { try await watch.wait(after: Self.known) }
        try await yieldUntil { server.reads > 0 }
        server.append()
        watch.wake()
        try await waiter.value
        // What is known to be behind needs no look.
        try await watch.wait(after: .start)
    }

    @Test("A commit of this process wakes without a look")
    func committing() async throws {
        let server = Server(), watch = Self.watch(server)
        let waiter = Task { try await watch.wait(after: Self.known) }
        try await yieldUntil { server.reads > 0 }
        watch.committed(6, in: 0)
        try await waiter.value
        #expect(server.reads == 1)
    }

    @Test("What nobody tells of is found when it is looked for the next time")
    func polling() async throws {
        let server = Server(), watch = Self.watch(server, first: .milliseconds(1), most: .milliseconds(20))
        let waiter = Task { try await watch.wait(after: Self.known) }
        try await yieldUntil { server.reads >= 3 }
        server.append()
        try await waiter.value
    }

    @Test("Those who wait at the same time share one look")
    func sharing() async throws {
        let server = Server(), gate = Gate()
        let watch = FirestoreHeadWatch(
            partitions: 2, firstInterval: .seconds(3600), pollInterval: .seconds(3600)
        ) {
            let heads = server.read()
            try await gate.wait()
            return heads
        }
        let first = Task { try await watch.wait(after: .start) }
        try await yieldUntil { server.reads > 0 }
        let second = Task { try await watch.wait(after: .start) }
        gate.open()
        try await first.value
        try await second.value
        #expect(server.reads == 1)
    }

    @Test("Who is told of something while it looks looks again")
    func wakingWhileLooking() async throws {
        let server = Server(), gate = Gate()
        let watch = FirestoreHeadWatch(
            partitions: 2, firstInterval: .seconds(3600), pollInterval: .seconds(3600)
        ) {
            let heads = server.read()
            try await gate.wait()
            return heads
        }
        let waiter = Task { try await watch.wait(after: Self.known) }
        try await yieldUntil { server.reads > 0 }
        server.append()
        watch.wake()
        gate.open()
        try await waiter.value
        #expect(server.reads == 2)
    }

    @Test("Who waits can be cancelled")
    func cancelling() async throws {
        let server = Server(), watch = Self.watch(server)
        let waiter = Task { try await watch.wait(after: Self.known) }
        try await yieldUntil { server.reads > 0 }
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
    }
}
