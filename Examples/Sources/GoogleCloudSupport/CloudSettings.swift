import EventLedger
import EventLedgerCommands
public import EventLedgerGCP

/// Where the parts of the example are on Google Cloud, as the environment says.
///
/// The project, the credentials and the emulators are found as Google's own clients find them; see
/// `GoogleCloud.fromEnvironment()`.
public struct CloudSettings: Sendable {
    /// How Google's services are reached.
    public let cloud: GoogleCloud
    /// `EVENTLEDGER_DATABASE`: the Firestore database; `(default)` unless given.
    public let database: String
    /// `EVENTLEDGER_TOPIC`: the topic that carries the events of the ledger `main`; `research-events` unless given. See
    /// ``topic(of:)``.
    let topic: String
    /// `EVENTLEDGER_SUBSCRIPTION`: the subscription that feeds BigQuery for `main`; the topic with `-to-bigquery` unless given.
    /// See ``subscription(of:)``.
    let subscription: String?
    /// `EVENTLEDGER_DATASET`: the BigQuery dataset with the copy of `main` that `replay` and `verify` read; they read the ledger
    /// itself unless given. See ``bigQuery(of:)``.
    let dataset: String?
    /// `EVENTLEDGER_LOCATION`: where queues and dataset are; `us-central1` unless given.
    public let location: String
    /// `EVENTLEDGER_WORKER_URL`: where tasks are delivered: the address of `worker --serve`, without a path.
    public let workerURL: String?
    /// `EVENTLEDGER_TASKS_ACCOUNT`: the service account whose tokens the deliveries show; none unless given, which only an
    /// emulator may do.
    public let tasksAccount: String?
    /// `EVENTLEDGER_TOKEN_ISSUER` and `EVENTLEDGER_TOKEN_KEYS`: who signs those tokens and where its keys are; Google unless
    /// given.
    public let tokenIssuer: (name: String, keysURL: String)?

    /// The fields by which documents are queried with an index: none. The one query by a field, that of the agents for papers
    /// of a high score, looks at all papers.
    public static let declaredFields: DeclaredFields = []

    /// The path of the worker's endpoint for tasks.
    public static let tasksPath = "/tasks"

    /// Reads the environment.
    ///
    /// - Parameters:
    ///   - environment: the variables.
    ///   - more: the services that are reached beside Firestore, and beside those that the environment asks for: BigQuery with a
    ///     dataset, Cloud Tasks with a worker's address.
    /// - Throws: `LedgerError` where the project is not named or credentials cannot be used; `CommandFailure` where some of the
    ///   services that are reached are emulated and others are not, and nobody says that this is meant, or where there are
    ///   neither credentials nor emulators.
    public static func fromEnvironment(
        _ environment: [String: String], reaching more: Set<GoogleServiceName> = []
    ) async throws -> CloudSettings {
        var services = more.union([.firestore])
        if value("EVENTLEDGER_DATASET", in: environment) != nil { services.insert(.bigquery) }
        if value("EVENTLEDGER_WORKER_URL", in: environment) != nil { services.insert(.cloudtasks) }
        // Before anything is looked for: also a search for credentials asks production.
        let emulators = try EmulatorVariables(environment)
        try emulators.requireNoMixture(reaching: services)
        do {
            return try CloudSettings(try await GoogleCloud.fromEnvironment(environment), environment)
        } catch let error as LedgerError where error.code == .forbidden && emulators.areUnset {
            // Whoever tries the example with emulators in one terminal has no variables in another.
            throw CommandFailure(.unavailable, "\(error.message) \(EmulatorVariables.hint)")
        }
    }

    private static func value(_ name: String, in environment: [String: String]) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private init(_ cloud: GoogleCloud, _ environment: [String: String]) throws {
        func value(_ name: String) -> String? { Self.value(name, in: environment) }
        self.cloud = cloud
        database = value("EVENTLEDGER_DATABASE") ?? "(default)"
        topic = value("EVENTLEDGER_TOPIC") ?? "research-events"
        subscription = value("EVENTLEDGER_SUBSCRIPTION")
        dataset = value("EVENTLEDGER_DATASET")
        location = value("EVENTLEDGER_LOCATION") ?? "us-central1"
        // The paths are put behind it.
        workerURL = value("EVENTLEDGER_WORKER_URL").map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        tasksAccount = value("EVENTLEDGER_TASKS_ACCOUNT")
        switch (value("EVENTLEDGER_TOKEN_ISSUER"), value("EVENTLEDGER_TOKEN_KEYS")) {
        case (let issuer?, let keys?): tokenIssuer = (issuer, keys)
        case (nil, nil): tokenIssuer = nil
        default:
            // Not Google's in their place: every delivery would be refused, and nobody would know why.
            throw LedgerError(
                .invalidValue,
                "EVENTLEDGER_TOKEN_ISSUER and EVENTLEDGER_TOKEN_KEYS belong together. Set both, or neither for Google's."
            )
        }
    }

    /// Where tasks go.
    ///
    /// - Throws: `LedgerError` with `invalidValue` where the worker's address is not given, or no account for deliveries that do
    ///   not come from an emulator.
    public func tasks() throws -> CloudTasksSettings {
        guard let workerURL else {
            throw LedgerError(
                .invalidValue,
                "It is not known where tasks are delivered. Set EVENTLEDGER_WORKER_URL to the address of 'worker --serve', "
                    + "such as http://127.0.0.1:8080 with emulators, for all that enqueue and for the worker itself."
            )
        }
        let account = try deliveringAccount()
        let authentication = account.map { PushAuthentication.serviceAccount($0, audience: workerURL) }
        return CloudTasksSettings(
            location: location, url: workerURL + Self.tasksPath, authentication: authentication ?? .unauthenticated)
    }

    /// Who checks that tasks come from Cloud Tasks.
    ///
    /// - Throws: `LedgerError` with `invalidValue` where they show no token and do not come from an emulator.
    public func authenticator() throws -> any PushAuthenticator {
        guard let tasksAccount = try deliveringAccount(), let workerURL else {
            return UnauthenticatedPushesForEmulatorsOnly()
        }
        guard let tokenIssuer else {
            return GoogleTokenVerifier(audiences: [workerURL], emails: [tasksAccount], transport: cloud.transport)
        }
        return GoogleTokenVerifier(
            audiences: [workerURL], emails: [tasksAccount], issuers: [tokenIssuer.name], keysURL: tokenIssuer.keysURL,
            transport: cloud.transport)
    }

    /// The account whose tokens deliveries show; `nil` where they come from an emulator and show none.
    private func deliveringAccount() throws -> String? {
        if tasksAccount != nil, workerURL != nil { return tasksAccount }
        guard cloud.emulators[.cloudtasks] != nil else {
            throw LedgerError(
                .invalidValue,
                "Deliveries could not be checked. Set EVENTLEDGER_TASKS_ACCOUNT and EVENTLEDGER_WORKER_URL.")
        }
        return nil
    }
}
