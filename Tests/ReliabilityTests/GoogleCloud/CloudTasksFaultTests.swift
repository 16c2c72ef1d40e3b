import EventLedger
import GCPTestSupport
import TestSupport
import Testing

@testable import EventLedgerGCP

extension CloudReliabilityTests {
    /// Tasks that were committed are made in Cloud Tasks once, whatever happens on the way and to whoever makes them.
    @Suite(
        "Faults, Cloud Tasks",
        .enabled(
            if: GCPServices.hasFirestore && GCPServices.hasCloudTasks && GCPServices.hasFaultProxy,
            GCPServices.hint), .serialized, .timeLimit(.minutes(60))
    )
    struct CloudTasksFaultTests {
        private struct Chore: TaskPayload {
            static let kind: TaskKind = "chore"
            let number: Int
        }

        private static let queue: QueueName = "chores"
        private static let mishaps: [Mishap] =
            TestRun.isThorough
            ? Mishap.allCases : [.cutByReset, .tooManyRequests, .errorAfterAll, .swallow, .everything]

        @Test("Every task is there once", arguments: mishaps)
        func creates(_ mishap: Mishap) async throws {
            try await withFaultRoute(to: try #require(GCPServices.host(.cloudtasks))) { route in
                try await GCPServices.withProject { project in
                    for fault in mishap.faults(on: ["/tasks"]) { try await route.order(fault) }
                    let cloud = GCPServices.client(project, at: [.cloudtasks: route.host])
                    let ledger = try ledger(cloud)
                    let names = try await commitChores(TestRun.count(40, thorough: 400), to: ledger)
                    let dispatcher = try TaskDispatcher(ledger: ledger, concurrency: 8)
                    let end = ContinuousClock.now + .seconds(300)
                    while ContinuousClock.now < end {
                        let report = try await dispatcher.dispatchDue()
                        if report.created + report.known + report.refused == 0 { break }
                    }
                    #expect(try await route.count(mishap.kind) > 0, "nothing went wrong")
                    try await expectTasks(names, of: ledger, in: project, "\(mishap)")
                }
            }
        }

        @Test("A dispatcher that is killed leaves nothing undone and nothing done twice")
        func killed() async throws {
            var random = try TestRun.generator(0xD15)
            try await GCPServices.withProject { project in
                try await withChildren { children in
                    let ledger = try ledger(GCPServices.client(project))
                    var names: Set<String> = []
                    for kill in 1...TestRun.count(3, thorough: 30) {
                        names.formUnion(try await commitChores(60, from: kill * 1000, to: ledger))
                        let child = try children.start("dispatch", ["concurrency": 4], in: project)
                        let isAlive = try await child.output.wait(for: 1, of: "begin")
                        try #require(isAlive, "The process ended early: \(TestRun.hint)")
                        spin(upTo: 60_000, using: &random)
                        _ = try await child.killed()
                    }
                    let dispatcher = try TaskDispatcher(ledger: ledger)
                    while true {
                        let report = try await dispatcher.dispatchDue()
                        if report.created + report.known + report.refused == 0 { break }
                    }
                    try await expectTasks(names, of: ledger, in: project, TestRun.hint)
                }
            }
        }

        private func ledger(_ cloud: GoogleCloud) throws -> FirestoreLedger {
            var options = ListedLedger.options()
            // Nobody listens there, and nothing is due.
            options.cloudTasks = CloudTasksSettings(
                location: "europe-west1", url: "http://127.0.0.1:1/tasks", authentication: .unauthenticated)
            return try FirestoreLedger(on: cloud, options: options)
        }

        private func commitChores(
            _ count: Int, from first: Int = 0, to ledger: FirestoreLedger
        ) async throws -> Set<String> {
            var names: Set<String> = []
            for start in stride(from: first, to: first + count, by: 10) {
                let numbers = start..<min(start + 10, first + count)
                for number in numbers { names.insert("chore-\(number)") }
                try await ledger.commit { commit in
                    for number in numbers {
                        try commit.enqueue(
                            Chore(number: number), named: TaskName("chore-\(number)"), in: Self.queue,
                            schedule: .after(.seconds(3600)))
                    }
                }
            }
            return names
        }

        /// Looks straight at the service: as many tasks as names, and one of each name that the outbox gives.
        private func expectTasks(
            _ names: Set<String>, of ledger: FirestoreLedger, in project: String, _ hint: String
        ) async throws {
            let cloud = GCPServices.client(project)
            let settings = CloudTasksSettings(
                location: "europe-west1", url: "http://127.0.0.1:1/tasks", authentication: .unauthenticated)
            let client = try CloudTasksClient(on: cloud, settings: settings)
            let base = try #require(cloud.emulators[.cloudtasks])
            let queue = client.name(of: CarriedQueue(Self.queue, of: ledger.pushedTasks.ledgerName))
            var found: [String] = []
            var token = ""
            repeat {
                let url = "\(base)/v2/\(queue)/tasks?pageSize=1000&pageToken=\(token)"
                let response = try await cloud.transport.send(HTTPRequest(.get, url))
                try #require(response.isSuccess, "\(response.status)")
                let answer = try JSONText(response.body).value().objectValue ?? [:]
                for task in answer["tasks"]?.arrayValue ?? [] {
                    found.append(task.objectValue?["name"]?.stringValue ?? "")
                }
                token = answer["nextPageToken"]?.stringValue ?? ""
            } while !token.isEmpty
            _ = try? await cloud.transport.send(HTTPRequest(.delete, "\(base)/v2/\(queue)"))
            #expect(found.count == names.count, "\(hint)")
            #expect(Set(found).count == found.count, "\(hint)")
            let outbox = try await ledger.pushedTasks
                .outbox(until: ledger.clock.now + .seconds(86_400), limit: 10).records
            #expect(outbox.isEmpty, "\(hint)")
            // And the records are still there, of these tasks and of no others.
            let listed = try await ListedLedger(cloud).leasedTasks.tasks(TaskQuery(queue: Self.queue, limit: 1000))
            #expect(Set(listed.tasks.map(\.key.name.rawValue)) == names, "\(hint)")
        }
    }
}
