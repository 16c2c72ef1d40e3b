#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An event's data, encrypted with the key of a subject, as they stand in the ledger. `Documentation/personal-data.md`
/// specifies the form.
struct EncryptedData: Hashable, Sendable {
    static let form: Int64 = 1
    static let nonceBytes = 12, tagBytes = 16

    // The key is the first one of the object, so the data of any event are told from these by their first bytes.
    static let formKey = "$encrypted"
    private static let prefix = Array("{\"\(formKey)\":".utf8)

    let subject: SubjectName
    /// Tells the subject's key from another one.
    let keyID: SubjectKeyID
    let nonce: [UInt8]
    /// The ciphertext, then the tag.
    let ciphertext: [UInt8]

    /// Whether data claim to be encrypted.
    ///
    /// - Complexity: O(1).
    static func isForm(of data: JSONText) -> Bool { data.bytes.starts(with: prefix) }

    init(subject: SubjectName, keyID: SubjectKeyID, nonce: [UInt8], ciphertext: [UInt8]) {
        self.subject = subject
        self.keyID = keyID
        self.nonce = nonce
        self.ciphertext = ciphertext
    }

    /// Reads what ``text`` gives, and nothing else: the same ciphertext has one text only.
    init?(_ data: JSONText) {
        guard Self.isForm(of: data), case .object(let fields)? = try? data.value(),
            fields[Self.formKey]?.integerValue == Self.form,
            let name = fields["subject"]?.stringValue,
            let keyID = Self.bytes(fields["key"]).flatMap({ try? SubjectKeyID(bytes: $0) }),
            let nonce = Self.bytes(fields["nonce"]), nonce.count == Self.nonceBytes,
            let ciphertext = Self.bytes(fields["ciphertext"]), ciphertext.count >= Self.tagBytes
        else { return nil }
        let subject = SubjectName(name)
        guard (try? subject.validate()) != nil else { return nil }
        self.init(subject: subject, keyID: keyID, nonce: nonce, ciphertext: ciphertext)
        guard text == data else { return nil }
    }

    /// The one text, canonical.
    var text: JSONText {
        JSONText(
            JSONValue.object([
                Self.formKey: .integer(Self.form), "ciphertext": Self.text(ciphertext), "key": Self.text(keyID.bytes),
                "nonce": Self.text(nonce), "subject": .string(subject.rawValue),
            ])
        )
    }

    private static func text(_ bytes: [UInt8]) -> JSONValue { .string(Data(bytes).base64EncodedString()) }

    private static func bytes(_ value: JSONValue?) -> [UInt8]? {
        value?.stringValue.flatMap { Data(base64Encoded: $0) }.map { [UInt8]($0) }
    }
}
