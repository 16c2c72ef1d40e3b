import EventLedger

/// A client of one of Google's REST services: it shows the token, sends JSON, and turns refusals into errors.
package struct GoogleService: Sendable {
    /// Which service.
    package let name: GoogleServiceName
    /// Where it is, without a slash at the end.
    package let baseURL: String
    private let transport: any HTTPTransport
    private let tokens: any AccessTokenSource

    package init(
        name: GoogleServiceName, baseURL: String, transport: any HTTPTransport, tokens: any AccessTokenSource
    ) {
        self.name = name
        self.baseURL = baseURL
        self.transport = transport
        self.tokens = tokens
    }

    /// Calls a method of the service.
    ///
    /// A token that is refused (401) is discarded, and the call is made once more where there is another one: what was refused
    /// was not done.
    ///
    /// - Parameters:
    ///   - method: The HTTP method.
    ///   - path: Behind the base URL, with a slash at the start and the query behind `?`, percent-encoded.
    ///   - body: JSON unless the content type says otherwise; none where it is empty.
    ///   - contentType: What the body is.
    ///   - resource: What the call is about, for errors, such as `the database 'projects/p/databases/d'`.
    ///   - repeatability: Whether the call may be made again where it is not known whether it arrived.
    /// - Returns: The body of the answer.
    /// - Throws: ``GoogleAPIError`` for what callers may want to handle (400, 404, 409, 412 and the like), ``LedgerError`` with
    ///   `forbidden` for 401 and 403, `unavailable` and `timeout`, each naming the resource, or `CancellationError`.
    package func call(
        _ method: HTTPRequest.Method, _ path: String, body: [UInt8] = [], contentType: String = "application/json",
        resource: String,
        repeatability: HTTPRequest.Repeatability? = nil, timeout: Duration = .seconds(60)
    ) async throws -> [UInt8] {
        var request = HTTPRequest(
            method, baseURL + path, body: body, timeout: timeout, repeatability: repeatability
        )
        if !body.isEmpty { request.headers["content-type"] = contentType }
        let token = try await tokens.accessToken()
        var response = try await send(request, showing: token, resource: resource)
        if response.status == 401, let token {
            await tokens.discard(token)
            let other = try await tokens.accessToken()
            if other != token { response = try await send(request, showing: other, resource: resource) }
        }
        guard response.isSuccess else { throw refusal(response, resource: resource) }
        return response.body
    }

    private func send(
        _ request: HTTPRequest, showing token: AccessToken?, resource: String
    ) async throws -> HTTPResponse {
        var request = request
        if let token {
            request.headers["authorization"] = "Bearer \(token.secret)"
            if let project = token.quotaProject { request.headers["x-goog-user-project"] = project }
        }
        do {
            return try await transport.send(request)
        } catch let failure as HTTPFailure {
            throw LedgerError(
                failure.kind == .timedOut ? .timeout : .unavailable,
                "\(resource) could not be reached: \(failure.message)", details: ["service": name.rawValue],
                underlying: failure
            )
        }
    }
}

extension GoogleService {
    /// What Google sends with a refusal.
    private func refusal(_ response: HTTPResponse, resource: String) -> any Error {
        let answer = try? JSONText(response.body).value()
        // Methods that stream their answer send an array, also where all of it is an error.
        let error = (answer?.arrayValue?.first ?? answer)?.objectValue?["error"]?.objectValue
        // BigQuery names what happened more exactly below `errors`.
        let detailed = error?["errors"]?.arrayValue?.first?.objectValue?["reason"]?.stringValue
        let reason = (name == .bigquery ? detailed : nil) ?? error?["status"]?.stringValue ?? "HTTP_\(response.status)"
        let details = ["service": name.rawValue, "status": "\(response.status)", "reason": reason]
        let underlying = GoogleAPIError(
            service: name, status: response.status, reason: reason,
            message: String((error?["message"]?.stringValue ?? "").prefix(500))
        )
        switch response.status {
        case 401:
            return LedgerError(
                .forbidden, "Google does not know who asks for \(resource). Check the credentials.", details: details,
                underlying: underlying
            )
        // BigQuery says 403 where others say 429.
        case 403 where ["rateLimitExceeded", "quotaExceeded"].contains(reason), 429, 500, 502, 503:
            return LedgerError(
                .unavailable,
                "\(resource) is not available at the moment (\(response.status) \(reason)). Try again later.",
                details: details, underlying: underlying
            )
        case 403:
            return LedgerError(
                .forbidden,
                "Permission for \(resource) was denied. Grant the service account the role that "
                    + "'Documentation/google-cloud.md' names for it.",
                details: details, underlying: underlying
            )
        case 408, 504:
            return LedgerError(
                .timeout, "\(resource) did not answer in time (\(response.status) \(reason)).", details: details,
                underlying: underlying
            )
        default: return underlying
        }
    }
}
