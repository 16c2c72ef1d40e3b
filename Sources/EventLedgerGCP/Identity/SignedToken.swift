import EventLedger

/// A JSON Web Token taken apart (RFC 7515 §7.1), with nothing in it believed yet.
struct SignedToken {
    /// What is signed.
    let signed: [UInt8]
    let signature: [UInt8]
    let keyID: String
    let claims: JSONObject

    /// Takes a token apart.
    ///
    /// - Throws: ``LedgerError`` with a ``TokenRejection``.
    init(_ token: String, maximumBytes: Int) throws {
        guard token.utf8.count <= maximumBytes else { throw TokenRejection.oversized.error }
        let bytes = Array(token.utf8)
        let parts = bytes.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Self.object(parts[0]), let claims = Self.object(parts[1]),
            let signature = Base64URL.decode(parts[2])
        else { throw TokenRejection.malformed.error }
        // Both are decided before any key is looked at: a token does not choose how it is checked.
        guard let algorithm = header["alg"]?.stringValue else { throw TokenRejection.malformed.error }
        guard algorithm.utf8.elementsEqual("RS256".utf8), header["crit"] == nil else {
            throw TokenRejection.unsupportedAlgorithm.error
        }
        guard let keyID = header["kid"]?.stringValue, !keyID.isEmpty, keyID.utf8.count <= 256 else {
            throw TokenRejection.malformed.error
        }
        signed = Array(bytes[..<parts[1].endIndex])
        self.signature = signature
        self.keyID = keyID
        self.claims = claims
    }

    private static func object(_ part: ArraySlice<UInt8>) -> JSONObject? {
        Base64URL.decode(part).flatMap { try? JSONText($0).value().objectValue }
    }
}
