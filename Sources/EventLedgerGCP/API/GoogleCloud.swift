/// How Google's services are reached: the project, the addresses, the transport and the identity.
///
/// ```swift
/// let cloud = try await GoogleCloud.fromEnvironment()
/// ```
public struct GoogleCloud: Sendable {
    /// The id of the project.
    public var project: String
    /// Sends the requests.
    public var transport: any HTTPTransport
    /// Where tokens come from, for services that are not emulated.
    public var tokens: any AccessTokenSource
    /// Where services are that are not at their usual address: emulators and stand-ins. They are not shown tokens.
    public var emulators: [GoogleServiceName: String]

    /// Makes a description.
    ///
    /// - Parameters:
    ///   - project: The id of the project, such as `research-watcher`.
    ///   - transport: Sends the requests.
    ///   - tokens: Where tokens come from.
    ///   - emulators: The base URL of each service that is emulated, such as `http://127.0.0.1:8080`.
    public init(
        project: String, transport: any HTTPTransport, tokens: any AccessTokenSource,
        emulators: [GoogleServiceName: String] = [:]
    ) {
        self.project = project
        self.transport = transport
        self.tokens = tokens
        self.emulators = emulators
    }

    /// A client of one service.
    package func service(_ name: GoogleServiceName) -> GoogleService {
        if let emulator = emulators[name] {
            return GoogleService(name: name, baseURL: emulator, transport: transport, tokens: NoAccessTokens())
        }
        return GoogleService(name: name, baseURL: name.productionURL, transport: transport, tokens: tokens)
    }
}

/// A service of Google's that the library calls.
public enum GoogleServiceName: String, Hashable, Sendable, CaseIterable {
    case firestore
    case pubsub
    case bigquery
    case cloudtasks

    /// The environment variable by which Google's clients are told of an emulator, or one of the same kind where they have
    /// none.
    public var emulatorVariable: String {
        switch self {
        case .firestore: "FIRESTORE_EMULATOR_HOST"
        case .pubsub: "PUBSUB_EMULATOR_HOST"
        case .bigquery: "BIGQUERY_EMULATOR_HOST"
        case .cloudtasks: "CLOUD_TASKS_EMULATOR_HOST"
        }
    }

    /// The address in production.
    public var productionURL: String { "https://\(rawValue).googleapis.com" }
}
