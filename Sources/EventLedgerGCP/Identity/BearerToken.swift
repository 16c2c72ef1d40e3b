/// The token of a header `Authorization: Bearer …` (RFC 6750 §2.1).
package enum BearerToken {
    /// Takes the token out of a header.
    ///
    /// - Parameter authorization: The header's value; the scheme may be in any case.
    /// - Returns: `nil` where there is no header, another scheme, or anything but one token behind it.
    package static func token(in authorization: String?) -> String? {
        guard let authorization else { return nil }
        let bytes = authorization.utf8
        let scheme = bytes.prefix { $0 != UInt8(ascii: " ") }
        guard scheme.count == 6, zip(scheme, "bearer".utf8).allSatisfy({ $0 | 0x20 == $1 }) else { return nil }
        let token = bytes.dropFirst(6).drop { $0 == UInt8(ascii: " ") }
        guard !token.isEmpty, token.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return String(decoding: token, as: UTF8.self)
    }
}
