import EventLedger

/// Why ``GoogleTokenVerifier`` did not accept a token: its raw value is the detail `reason` of the error.
public enum TokenRejection: String, Hashable, Sendable, CaseIterable {
    /// No token was shown.
    case missing
    /// The token is longer than the verifier reads.
    case oversized
    /// It is no JSON Web Token, or a claim that has to be there is missing or of another type.
    case malformed
    /// It is not signed with RS256, or asks for something that is not known here.
    case unsupportedAlgorithm
    /// None of the issuer's keys has the name that the token gives.
    case unknownKey
    /// The signature is not the issuer's.
    case badSignature
    /// Somebody else issued it.
    case wrongIssuer
    /// It was made for somebody else.
    case wrongAudience
    /// It belongs to an account that is not allowed, or whose e-mail the issuer has not verified.
    case wrongEmail
    /// Its time is over.
    case expired
    /// Its time has not come.
    case notYetValid

    /// The error; there is nothing of the token in it.
    var error: LedgerError {
        LedgerError(.forbidden, "The identity token was refused: \(sentence).", details: ["reason": rawValue])
    }

    private var sentence: String {
        switch self {
        case .missing: "the request has none in its Authorization header"
        case .oversized: "it is too long"
        case .malformed: "it is malformed"
        case .unsupportedAlgorithm: "it is not signed with RS256"
        case .unknownKey: "it is signed with a key that its issuer does not publish"
        case .badSignature: "its signature is wrong"
        case .wrongIssuer: "its issuer is not the expected one"
        case .wrongAudience: "its audience is not the expected one"
        case .wrongEmail: "its e-mail is not verified, or not that of an allowed account"
        case .expired: "it has expired; check the clock of this machine if that cannot be"
        case .notYetValid: "it is not valid yet; check the clock of this machine if that cannot be"
        }
    }
}
