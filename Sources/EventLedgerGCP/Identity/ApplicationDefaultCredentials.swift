public import EventLedger

/// Finds the credentials of this process where Google's own clients find them, in the same order:
///
/// 1. the file that `GOOGLE_APPLICATION_CREDENTIALS` names: a service account's key or a user's credentials;
/// 2. the file that `gcloud auth application-default login` writes: `application_default_credentials.json` in
///    `CLOUDSDK_CONFIG`, else in `~/.config/gcloud`;
/// 3. the metadata server of a machine on Google Cloud, at `GCE_METADATA_HOST`, else `metadata.google.internal`; it is not
///    looked for where `NO_GCE_CHECK` is `true`.
///
/// The project that is billed is `GOOGLE_CLOUD_QUOTA_PROJECT`, else the file's `quota_project_id`. The order is described in
/// https://cloud.google.com/docs/authentication/application-default-credentials
public enum ApplicationDefaultCredentials {
    /// Finds the source of tokens for Google's services. No token is asked for yet.
    ///
    /// A token is kept, and renewed before it expires by one request however many ask; until then the old one is used.
    ///
    /// - Parameters:
    ///   - environment: The environment variables.
    ///   - transport: Sends the requests.
    ///   - clock: Says when tokens expire.
    /// - Throws: ``LedgerError`` with `forbidden` where there are no credentials, `invalidValue` where a file cannot be used,
    ///   `unsupported` where it is of another type, each naming the file and never its content; `CancellationError`.
    public static func find(
        environment: [String: String], transport: any HTTPTransport, clock: any LedgerClock = .system
    ) async throws -> any AccessTokenSource {
        try await found(environment, transport, clock, probe: transport).accessTokens()
    }

    /// Finds the source of tokens by which this process shows who it is to a service of yours, such as a push endpoint that
    /// checks with ``GoogleTokenVerifier``.
    ///
    /// - Parameters:
    ///   - audience: Whom the tokens are for, mostly the URL of the service.
    ///   - environment: The environment variables.
    ///   - transport: Sends the requests.
    ///   - clock: Says when tokens expire.
    /// - Throws: As ``find(environment:transport:clock:)``; `unsupported` for a user's credentials, for which Google gives no
    ///   tokens of a chosen audience.
    public static func identityTokens(
        for audience: String, environment: [String: String], transport: any HTTPTransport,
        clock: any LedgerClock = .system
    ) async throws -> any IdentityTokenSource {
        try await found(environment, transport, clock, probe: transport).identityTokens(for: audience)
    }

    /// Looks for credentials.
    ///
    /// - Parameter probe: Asks whether there is a metadata server; one that does not wait and try again.
    static func found(
        _ environment: [String: String], _ transport: any HTTPTransport, _ clock: any LedgerClock,
        probe: any HTTPTransport
    ) async throws -> FoundCredentials {
        let billed = environment.nonEmpty("GOOGLE_CLOUD_QUOTA_PROJECT")
        func from(_ file: CredentialsFile) async throws -> FoundCredentials {
            let origin: FoundCredentials.Origin =
                switch file {
                case .serviceAccount(let key): .serviceAccount(try await key.signer())
                case .user(let user): .user(user)
                }
            return FoundCredentials(
                origin: origin, project: file.project, quotaProject: billed ?? file.quotaProject, transport: transport,
                clock: clock
            )
        }
        if let path = environment.nonEmpty("GOOGLE_APPLICATION_CREDENTIALS") {
            guard let file = try await CredentialsFile.read(path) else {
                throw LedgerError(
                    .invalidValue, "GOOGLE_APPLICATION_CREDENTIALS names the file '\(path)', which does not exist.",
                    details: ["path": path]
                )
            }
            return try await from(file)
        }
        if let path = wellKnownFile(environment), let file = try await CredentialsFile.read(path) {
            return try await from(file)
        }
        let server = MetadataServer(environment: environment, transport: transport, clock: clock)
        if environment["NO_GCE_CHECK"] != "true", try await server.isPresent(by: probe) {
            return FoundCredentials(
                origin: .metadata(server), project: nil, quotaProject: billed, transport: transport, clock: clock
            )
        }
        throw LedgerError(
            .forbidden,
            "There are no credentials for Google Cloud. Set GOOGLE_APPLICATION_CREDENTIALS to the key file of a service "
                + "account, run 'gcloud auth application-default login', or attach a service account to this machine."
        )
    }

    private static func wellKnownFile(_ environment: [String: String]) -> String? {
        let name = "application_default_credentials.json"
        if let folder = environment.nonEmpty("CLOUDSDK_CONFIG") { return "\(folder)/\(name)" }
        return environment.nonEmpty("HOME").map { "\($0)/.config/gcloud/\(name)" }
    }
}

extension [String: String] {
    /// A variable that is set, and not to nothing.
    func nonEmpty(_ name: String) -> String? { self[name].flatMap { $0.isEmpty ? nil : $0 } }
}
