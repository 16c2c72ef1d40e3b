/// The JSON files of this folder: what tells one from the other, and how they are written.
///
/// Each is one JSON object with the members `format` and `version` beside its own. `Documentation/seals.md` specifies them.
enum SealFormat: String {
    case seal = "eventledger-seal"
    case inclusionProof = "eventledger-inclusion-proof"
    case consistencyProof = "eventledger-consistency-proof"

    /// The version that is written, and the only one that is read.
    static let version: Int64 = 1

    /// What a person calls it.
    var name: String {
        switch self {
        case .seal: "seal"
        case .inclusionProof: "inclusion proof"
        case .consistencyProof: "consistency proof"
        }
    }

    /// The members with those that every format has.
    func object(_ members: JSONObject) -> JSONObject {
        var object = members
        object["format"] = .string(rawValue)
        object["version"] = .integer(Self.version)
        return object
    }

    /// Canonical JSON on one line: the same content is always the same bytes.
    func json(_ members: JSONObject) -> [UInt8] {
        JSONValue.object(object(members)).canonicalBytes + [UInt8(ascii: "\n")]
    }
}
