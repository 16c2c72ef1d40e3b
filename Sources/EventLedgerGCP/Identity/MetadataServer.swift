import EventLedger

/// The server that tells a machine of Google Cloud which project it is in and gives it its service account's tokens.
///
/// Its API: https://cloud.google.com/compute/docs/metadata/predefined-metadata-keys
struct MetadataServer: Sendable {
    private static let flavor = HTTPHeaders.Field("Metadata-Flavor", "Google")

    private let root: String
    private let transport: any HTTPTransport
    private let clock: any LedgerClock

    /// Makes a client.
    ///
    /// - Parameter environment: `GCE_METADATA_HOST` says where the server is if not at its usual name.
    init(environment: [String: String], transport: any HTTPTransport, clock: any LedgerClock) {
        let host = environment["GCE_METADATA_HOST"].flatMap { $0.isEmpty ? nil : $0 } ?? "metadata.google.internal"
        root = "http://\(host)/computeMetadata/v1/"
        self.transport = transport
        self.clock = clock
    }

    /// Whether there is such a server.
    ///
    /// - Parameter transport: One that does not wait and try again, since elsewhere than on Google Cloud nobody answers.
    func isPresent(by transport: any HTTPTransport) async throws -> Bool {
        var request = request("project/project-id", timeout: .seconds(1))
        request.repeatability = .once
        for _ in 1...3 {
            do {
                return isGoogle(try await transport.send(request))
            } catch let failure as HTTPFailure {
                // A machine that has just started may be slow to answer; a name that does not exist will not come to be.
                guard failure.kind == .timedOut || failure.kind == .connectionLost else { return false }
            }
        }
        return false
    }

    /// The id of the project.
    func project() async throws -> String {
        let project = String(decoding: try await get("project/project-id"), as: UTF8.self)
        guard !project.isEmpty, project.utf8.count <= 256,
            project.utf8.allSatisfy({ $0.isWord || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") })
        else { throw LedgerError(.unavailable, "The metadata server answered with something else than a project id.") }
        return project
    }

    func accessToken() async throws -> TokenGrant<String> {
        try TokenAnswer.accessToken(
            await get("instance/service-accounts/default/token"), from: "The metadata server", at: clock.now
        )
    }

    func identityToken(for audience: String) async throws -> TokenGrant<String> {
        // Only the full format has the e-mail in it.
        let query = "audience=\(TokenEndpoint.escape(audience))&format=full"
        let body = try await get("instance/service-accounts/default/identity?\(query)")
        return try TokenAnswer.identityToken(String(decoding: body, as: UTF8.self), from: "The metadata server")
    }

    private func get(_ path: String) async throws -> [UInt8] {
        let response: HTTPResponse
        do {
            response = try await transport.send(request(path, timeout: .seconds(10)))
        } catch let failure as HTTPFailure {
            throw LedgerError(
                .unavailable, "The metadata server could not be reached: \(failure.message)", underlying: failure
            )
        }
        guard isGoogle(response) else {
            throw LedgerError(.unavailable, "What answered for the metadata server is not Google's.")
        }
        guard response.isSuccess else {
            let details = ["status": "\(response.status)"]
            guard response.status == 403 || response.status == 404 else {
                throw LedgerError(.unavailable, "The metadata server answered \(response.status).", details: details)
            }
            throw LedgerError(
                .forbidden,
                "The metadata server answered \(response.status). Attach a service account with the scope cloud-platform to "
                    + "this machine.",
                details: details
            )
        }
        return response.body
    }

    private func request(_ path: String, timeout: Duration) -> HTTPRequest {
        var request = HTTPRequest(
            .get, root + path, headers: HTTPHeaders([Self.flavor]), timeout: timeout, maximumResponseBytes: 1 << 20
        )
        // By a proxy it would not be reached, or it would be the proxy's own, with another account's tokens; and what it
        // answers is not encrypted.
        request.isDirect = true
        return request
    }

    private func isGoogle(_ response: HTTPResponse) -> Bool {
        response.headers[Self.flavor.name] == Self.flavor.value
    }
}
