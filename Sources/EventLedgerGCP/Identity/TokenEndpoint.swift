import EventLedger

/// Where credentials are exchanged for tokens, by OAuth 2 (RFC 6749 §5).
struct TokenEndpoint: Sendable {
    /// Google's own.
    static let google = "https://oauth2.googleapis.com/token"
    /// What tokens are asked for; what they allow is decided by the roles of their holder.
    static let scope = "https://www.googleapis.com/auth/cloud-platform"

    let url: String
    /// Whose token it is, for errors.
    let identity: String
    let transport: any HTTPTransport
    let clock: any LedgerClock

    func accessToken(_ form: [(String, String)]) async throws -> TokenGrant<String> {
        try TokenAnswer.accessToken(await answer(form), from: url, at: clock.now)
    }

    func identityToken(_ form: [(String, String)]) async throws -> TokenGrant<String> {
        let fields = (try? JSONText(await answer(form)).value())?.objectValue
        return try TokenAnswer.identityToken(fields?["id_token"]?.stringValue, from: url)
    }

    private func answer(_ form: [(String, String)]) async throws -> [UInt8] {
        let body = form.map { "\(Self.escape($0.0))=\(Self.escape($0.1))" }.joined(separator: "&")
        let request = HTTPRequest(
            .post, url, headers: ["content-type": "application/x-www-form-urlencoded"], body: Array(body.utf8),
            timeout: .seconds(30),
            // A second token changes nothing.
            repeatability: .idempotent, maximumResponseBytes: 1 << 20
        )
        let response: HTTPResponse
        do {
            response = try await transport.send(request)
        } catch let failure as HTTPFailure {
            throw LedgerError(
                .unavailable, "No token for \(identity) could be fetched: \(failure.message)", underlying: failure
            )
        }
        guard response.isSuccess else { throw refusal(response) }
        return response.body
    }

    private func refusal(_ response: HTTPResponse) -> LedgerError {
        let error = (try? JSONText(response.body).value())?.objectValue?["error"]?.stringValue
        // A short code such as 'invalid_grant'; anything else could repeat what was sent.
        let reason = error.flatMap { $0.utf8.count <= 64 && $0.utf8.allSatisfy(\.isWord) ? $0 : nil }
        let details = ["status": "\(response.status)", "reason": reason ?? "HTTP_\(response.status)"]
        switch response.status {
        case 400..<500 where response.status != 408 && response.status != 429:
            return LedgerError(
                .forbidden,
                "Google refused \(identity) (\(response.status) \(reason ?? "")). Check that the credentials were not revoked and "
                    + "that the clock of this machine is right.",
                details: details
            )
        default:
            return LedgerError(
                .unavailable, "No token for \(identity) is given at the moment (\(response.status)).", details: details
            )
        }
    }

    /// Percent-encodes all but the unreserved characters (RFC 3986 §2.3).
    static func escape(_ text: String) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        var escaped = [UInt8]()
        for byte in text.utf8 {
            if byte.isWord || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "~") {
                escaped.append(byte)
            } else {
                escaped.append(contentsOf: [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]])
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }
}
