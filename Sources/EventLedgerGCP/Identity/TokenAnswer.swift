import EventLedger

/// Reads the tokens out of what Google's servers answer.
enum TokenAnswer {
    /// An access token and its life, by RFC 6749 §5.1.
    ///
    /// - Parameters:
    ///   - server: Who answered, for the error.
    ///   - now: The time of the answer.
    static func accessToken(
        _ body: [UInt8], from server: String, at now: Timestamp
    ) throws -> TokenGrant<String> {
        guard let fields = (try? JSONText(body).value())?.objectValue,
            let token = fields["access_token"]?.stringValue, isToken(token),
            let lifetime = fields["expires_in"]?.integerValue, (1...(366 * 86_400)).contains(lifetime)
        else { throw unreadable(server) }
        return TokenGrant(token: token, expiresAt: now + .seconds(lifetime))
    }

    /// An identity token, whose end is said in itself.
    static func identityToken(_ token: String?, from server: String) throws -> TokenGrant<String> {
        guard let token, isToken(token) else { throw unreadable(server) }
        let parts = token.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let payload = Base64URL.decode(parts[1]),
            let expiry = (try? JSONText(payload).value())?.objectValue?["exp"]?.integerValue
        else { throw unreadable(server) }
        return TokenGrant(token: token, expiresAt: Timestamp(microseconds: 0) + .seconds(expiry))
    }

    /// Whether it can stand in a header: visible ASCII.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 16 << 10 && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    private static func unreadable(_ server: String) -> LedgerError {
        LedgerError(.unavailable, "\(server) answered with something else than a token.")
    }
}
