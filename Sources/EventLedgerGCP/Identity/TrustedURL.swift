import EventLedger

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Where secrets are sent to, and where keys that are trusted come from: `https`, or `http` on this machine.
enum TrustedURL {
    /// - Parameters:
    ///   - text: The URL.
    ///   - name: What it is, for the error, such as `the token_uri in '/key.json'`.
    /// - Throws: ``LedgerError`` with `invalidValue`.
    static func check(_ text: String, _ name: String) throws {
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), let host = url.host, !host.isEmpty
        else { throw LedgerError(.invalidValue, "\(name) is not a URL.") }
        guard scheme == "https" || scheme == "http" && isThisMachine(host) else {
            throw LedgerError(.invalidValue, "\(name) has to begin with 'https://'.")
        }
    }

    private static func isThisMachine(_ host: String) -> Bool {
        ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host.lowercased())
    }
}
