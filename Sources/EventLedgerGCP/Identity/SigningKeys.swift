import EventLedger

/// The keys that an issuer publishes (RFC 7517), by their names, as far as they can be used for RS256.
struct SigningKeys: Sendable {
    /// By the UTF-8 of the name.
    private let keys: [[UInt8]: RS256]

    /// Reads a key set. What is not an RSA key for signatures of at least 2048 bits is passed over.
    ///
    /// - Returns: `nil` where it is no key set, or nothing in it can be used.
    init?(_ body: [UInt8]) async {
        guard let set = (try? JSONText(body).value())?.objectValue?["keys"]?.arrayValue else { return nil }
        var keys: [[UInt8]: RS256] = [:]
        for fields in set.prefix(100).compactMap(\.objectValue) {
            guard fields["kty"]?.stringValue == "RSA", fields["alg"].map({ $0 == "RS256" }) ?? true,
                fields["use"].map({ $0 == "sig" }) ?? true, let name = fields["kid"]?.stringValue,
                let modulus = fields["n"]?.stringValue, let exponent = fields["e"]?.stringValue,
                let key = try? await RS256(modulus: modulus, exponent: exponent)
            else { continue }
            keys[Array(name.utf8)] = key
        }
        guard !keys.isEmpty else { return nil }
        self.keys = keys
    }

    subscript(name: String) -> RS256? { keys[Array(name.utf8)] }

    /// How long an answer may be used, by its `Cache-Control` and `Age` (RFC 9111): one minute at least, a day at most, five
    /// minutes where it does not say.
    static func lifetime(_ headers: HTTPHeaders) -> Duration {
        let directives = (headers["cache-control"] ?? "").lowercased().split { $0 == "," || $0 == " " }
        let age = headers["age"].flatMap { Int($0) } ?? 0
        let name = "max-age="
        let maximum = directives.first { $0.hasPrefix(name) }.flatMap { Int($0.dropFirst(name.count)) }
        let seconds = maximum.map { $0.subtractingReportingOverflow(max(age, 0)).partialValue } ?? 300
        let isStorable = !directives.contains("no-store") && !directives.contains("no-cache")
        return .seconds(isStorable ? min(max(seconds, 60), 86_400) : 60)
    }
}
