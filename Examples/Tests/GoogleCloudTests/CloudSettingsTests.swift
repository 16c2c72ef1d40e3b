import EventLedgerCommands
import EventLedgerGCP
import GoogleCloudSupport
import ProcessSupport
import Testing

/// What is read from the environment; nothing is reached.
@Suite("Cloud settings") struct CloudSettingsTests {
    private static let variables = GoogleServiceName.allCases.map(\.emulatorVariable)

    /// A service that is emulated, and one that is reached and is not.
    struct Mixture: Sendable {
        let emulated: GoogleServiceName
        var variables: [String: String] = [:]
        var reached: Set<GoogleServiceName> = []
        let missing: GoogleServiceName
    }

    /// An environment in which some services are emulated.
    private static func environment(
        _ emulated: [GoogleServiceName], _ more: [String: String] = [:]
    ) -> [String: String] {
        var environment = more.merging(["GOOGLE_CLOUD_PROJECT": "p"]) { one, _ in one }
        for service in emulated { environment[service.emulatorVariable] = "127.0.0.1:9" }
        return environment
    }

    @Test("The ledger 'main' has its names as they are given") func names() async throws {
        let all = GoogleServiceName.allCases
        let usual = try await CloudSettings.fromEnvironment(Self.environment(all))
        #expect(usual.topic(of: "main") == "research-events")
        #expect(usual.subscription(of: "main") == "research-events-to-bigquery")
        #expect(try usual.bigQuery(of: "main")?.name == nil)
        let named = ["EVENTLEDGER_TOPIC": "t", "EVENTLEDGER_SUBSCRIPTION": "s", "EVENTLEDGER_DATASET": "d"]
        let given = try await CloudSettings.fromEnvironment(Self.environment(all, named))
        #expect([given.topic(of: "main"), given.subscription(of: "main")] == ["t", "s"])
        #expect(try given.bigQuery(of: "main")?.name == "d")
        #expect([given.topic(of: "staging"), given.subscription(of: "staging")] == ["t-staging", "s-staging"])
        #expect(try given.bigQuery(of: "staging")?.name == "d_staging")
    }

    @Test("No two ledgers of a project share a topic, a subscription or a dataset") func apart() async throws {
        let ledgers = [
            "main", "staging", "a-b", "a_b", "a--b", "a__b", "a-_b", "a_-b", "a-ub", "a_ub", "b-main", "A_b",
        ]
        var topics: Set<String> = [], subscriptions: Set<String> = [], datasets: Set<String> = []
        let databases = ["(default)", "main", "a", "a-b"]
        for database in databases {
            let settings = try await CloudSettings.fromEnvironment(
                Self.environment(
                    GoogleServiceName.allCases, ["EVENTLEDGER_DATABASE": database, "EVENTLEDGER_DATASET": "d"]))
            for ledger in ledgers {
                topics.insert(settings.topic(of: ledger))
                subscriptions.insert(settings.subscription(of: ledger))
                datasets.insert(try #require(try settings.bigQuery(of: ledger)).name)
            }
        }
        let count = databases.count * ledgers.count
        #expect([topics.count, subscriptions.count, datasets.count] == [count, count, count])
    }

    @Test(
        "Emulators and production are mixed by nobody who does not say so",
        arguments: [
            Mixture(emulated: .pubsub, missing: .firestore),
            Mixture(emulated: .firestore, reached: [.pubsub], missing: .pubsub),
            Mixture(emulated: .firestore, variables: ["EVENTLEDGER_DATASET": "d"], missing: .bigquery),
            Mixture(
                emulated: .firestore, variables: ["EVENTLEDGER_WORKER_URL": "http://127.0.0.1:1"],
                missing: .cloudtasks),
        ])
    func mixed(_ mixture: Mixture) async throws {
        let environment = Self.environment([mixture.emulated], mixture.variables)
        let reached = mixture.reached, service = mixture.missing.rawValue
        let failure = await #expect(throws: CommandFailure.self) {
            try await CloudSettings.fromEnvironment(environment, reaching: reached)
        }
        #expect(failure?.status == .usage)
        let message = failure?.message ?? ""
        #expect(message.contains("Missing: \(mixture.missing.emulatorVariable)."), "\(message)")
        #expect(message.contains("Set: \(mixture.emulated.emulatorVariable)."), "\(message)")
        #expect(message.contains("EVENTLEDGER_PRODUCTION_SERVICES=\(service)."), "\(message)")
        // Said, it is done.
        let meant = environment.merging(["EVENTLEDGER_PRODUCTION_SERVICES": service]) { $1 }
        let settings = try await CloudSettings.fromEnvironment(meant, reaching: reached)
        #expect(Array(settings.cloud.emulators.keys) == [mixture.emulated])
    }

    @Test("Who has neither credentials nor emulators is told of both") func neither() async throws {
        let failure = await #expect(throws: CommandFailure.self) {
            try await CloudSettings.fromEnvironment(["GOOGLE_CLOUD_PROJECT": "p", "NO_GCE_CHECK": "true"])
        }
        #expect(failure?.status == .unavailable)
        for part in ["GOOGLE_APPLICATION_CREDENTIALS", "services start"] + Self.variables {
            #expect(failure?.message.contains(part) == true, "\(failure?.message ?? "")")
        }
    }

    @Test("What is not reached needs no emulator") func unreached() async throws {
        let settings = try await CloudSettings.fromEnvironment(Self.environment([.firestore]))
        #expect(settings.cloud.emulators.count == 1)
    }

    @Test(
        "A service in production must be one, and not be emulated",
        arguments: [("spanner", "'spanner'"), ("firestore", "FIRESTORE_EMULATOR_HOST"), ("yes", "'yes'")])
    func wrongServices(_ names: String, _ part: String) async throws {
        let environment = Self.environment([.firestore], ["EVENTLEDGER_PRODUCTION_SERVICES": names])
        let failure = await #expect(throws: CommandFailure.self) {
            try await CloudSettings.fromEnvironment(environment)
        }
        #expect(failure?.status == .usage)
        #expect(failure?.message.contains(part) == true, "\(failure?.message ?? "")")
    }

    @Test("A tool says in one line what is wrong, with the status of bad arguments")
    func tools() async throws {
        let environment = Self.only(Self.environment([.pubsub]))
        let cases: [(Program, [String], String)] = [
            (.collector, ["read", "--backend", "gcp:"], "'gcp:' names no ledger"),
            (.collector, ["read", "--backend", "gcp"], "Missing: FIRESTORE_EMULATOR_HOST."),
            (.collector, ["prepare", "--backend", "gcp"], "Missing: FIRESTORE_EMULATOR_HOST."),
            (.worker, ["--serve", "--backend", "gcp"], "Missing: FIRESTORE_EMULATOR_HOST."),
        ]
        try await ProcessFolder.with { folder in
            for (program, arguments, part) in cases {
                let result = try await folder.start(program, arguments, variables: environment).finished()
                Self.expectUsage(result, part)
            }
        }
    }

    @Test(
        "What was given wrongly is said by every tool with the status of bad arguments, and nothing is reached",
        arguments: [
            ("gcp", ["GOOGLE_CLOUD_PROJECT": ""], "GOOGLE_CLOUD_PROJECT"),
            ("gcp", ["EVENTLEDGER_WORKER_URL": "worker.example.org"], "https://"),
            ("gcp", ["EVENTLEDGER_DATASET": "a-b c"], "'a-b c'"),
            ("gcp:a/b", [:], "A ledger's name"),
        ] as [(String, [String: String], String)])
    func given(_ location: String, _ variables: [String: String], _ part: String) async throws {
        let environment = Self.only(Self.environment(GoogleServiceName.allCases).merging(variables) { $1 })
        let commands: [(Program, [String])] = [
            (.collector, ["stats"]), (.collector, ["run"]), (.collector, ["prepare"]), (.worker, ["--serve"]),
        ]
        try await ProcessFolder.with { folder in
            for (program, arguments) in commands {
                let result = try await folder.start(
                    program, arguments + ["--backend", location], variables: environment
                ).finished()
                Self.expectUsage(result, part)
            }
        }
    }

    @Test("Nothing is made where a name cannot be one, and the variable and its value are named")
    func unusableNames() async throws {
        try await ProcessFolder.with { folder in
            for variable in ["EVENTLEDGER_TOPIC", "EVENTLEDGER_SUBSCRIPTION", "EVENTLEDGER_DATASET"] {
                let environment = Self.environment(GoogleServiceName.allCases, [variable: "a-b c"])
                let result = try await folder.start(
                    .collector, ["prepare", "--backend", "gcp"], variables: Self.only(environment)
                ).finished()
                Self.expectUsage(result, "'a-b c'")
                #expect(result.errors.contains(variable), "\(result.summary)")
            }
        }
    }

    /// An environment in which what these tests were started with says nothing.
    private static func only(_ environment: [String: String]) -> [String: String] {
        var variables = Dictionary(uniqueKeysWithValues: Self.variables.map { ($0, "") })
        for name in ["PRODUCTION_SERVICES", "DATASET", "TOPIC", "SUBSCRIPTION", "WORKER_URL", "TASKS_ACCOUNT"] {
            variables["EVENTLEDGER_" + name] = ""
        }
        return variables.merging(environment) { $1 }
    }

    private static func expectUsage(
        _ result: ChildProcess.Finished, _ part: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let errors = result.errors, summary = Comment(rawValue: result.summary)
        #expect(result.status == 2, summary, sourceLocation: sourceLocation)
        #expect(result.output.isEmpty, summary, sourceLocation: sourceLocation)
        #expect(errors.split(separator: "\n").count == 1, summary, sourceLocation: sourceLocation)
        #expect(
            errors.hasPrefix("error: ") && errors.contains(part), summary, sourceLocation: sourceLocation)
    }
}
