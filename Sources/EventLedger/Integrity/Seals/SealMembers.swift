/// Reads the members of a seal or a proof strictly: each must be there, in its form, and no other.
struct SealMembers {
    private let format: SealFormat
    private var rest: JSONObject

    /// Reads JSON.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidValue``, or ``LedgerError/Code/schemaTooNew`` for a version
    ///   that a newer EventLedger wrote.
    init(_ json: [UInt8], of format: SealFormat) throws {
        let value: JSONValue
        do {
            value = try JSONText(json).value()
        } catch let error as LedgerError {
            throw LedgerError(.invalidValue, "This is no \(format.name). \(error.message)")
        }
        guard case .object(let object) = value else {
            throw LedgerError(.invalidValue, "This is no \(format.name): it is not a JSON object.")
        }
        try self.init(object, of: format)
    }

    /// Takes members that were decoded.
    init(_ object: JSONObject, of format: SealFormat) throws {
        self.format = format
        rest = object
        let found = rest["format"]?.stringValue
        guard found == format.rawValue else {
            let kind = found.flatMap { SealFormat(rawValue: $0) }
            throw LedgerError(
                .invalidValue,
                kind.map { "This is not \(format.name.withArticle) but \($0.name.withArticle). Give the other file." }
                    ?? "This is no \(format.name): its 'format' is not '\(format.rawValue)'."
            )
        }
        let version = try number("version", from: 1)
        guard version == SealFormat.version else {
            throw LedgerError(
                .schemaTooNew,
                "The \(format.name) is of version \(version); this program reads version \(SealFormat.version). "
                    + "Update the program.",
                details: ["version": "\(version)"]
            )
        }
        rest["format"] = nil
    }

    /// A whole number.
    mutating func number(_ name: String, from lowest: Int64) throws -> Int64 {
        guard let number = try take(name).integerValue, number >= lowest else {
            throw failure(name, "is not a whole number from \(lowest)")
        }
        return number
    }

    /// A hash, as 64 lowercase hexadecimal digits.
    mutating func hash<Hash: LosslessStringConvertible>(_ name: String) throws -> Hash {
        guard let hash: Hash = Self.hash(try take(name)) else {
            throw failure(name, "is not 64 lowercase hexadecimal digits")
        }
        return hash
    }

    /// An array of hashes; none is longer than the path of the largest tree needs.
    mutating func path(_ name: String) throws -> [MerkleHash] {
        guard let values = try take(name).arrayValue, values.count <= 64 else {
            throw failure(name, "is not an array of at most 64 hashes")
        }
        return try values.map { value in
            guard let hash: MerkleHash = Self.hash(value) else {
                throw failure(name, "holds something else than 64 lowercase hexadecimal digits")
            }
            return hash
        }
    }

    /// A time in the one form in which times are written.
    mutating func time(_ name: String) throws -> Timestamp {
        guard let text = try take(name).stringValue, let time = Timestamp(text), time.description == text else {
            throw failure(name, "is not a time such as 2026-11-21T08:30:00.000000Z")
        }
        return time
    }

    /// Refuses what is left.
    func finish() throws {
        guard let field = rest.fields.first else { return }
        throw failure(field.key, "is not known")
    }

    /// An error about a member.
    func failure(_ name: String, _ what: String) -> LedgerError {
        LedgerError(
            .invalidValue, "The \(format.name)'s '\(name)' \(what). Use the file as it was written.",
            details: ["member": name]
        )
    }

    private mutating func take(_ name: String) throws -> JSONValue {
        guard let value = rest[name] else { throw failure(name, "is missing") }
        rest[name] = nil
        return value
    }

    private static func hash<Hash: LosslessStringConvertible>(_ value: JSONValue) -> Hash? {
        guard let text = value.stringValue, let hash = Hash(text), hash.description == text else { return nil }
        return hash
    }
}

extension String {
    fileprivate var withArticle: String { hasPrefix("inclusion") ? "an \(self)" : "a \(self)" }
}
