import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Encrypts and decrypts with one subject's key. `Documentation/personal-data.md` specifies it, with a test vector.
///
/// The nonce is derived from everything that is encrypted or authenticated, so that a retry makes the same bytes, while
/// no nonce is used for two different things: in AES-GCM that would give the key of the authentication away.
struct SubjectCipher {
    private let subject: SubjectName
    private let keyID: SubjectKeyID
    private let encryptionKey: SymmetricKey
    private let nonceKey: SymmetricKey

    init(_ key: SubjectKey, of subject: SubjectName) {
        self.subject = subject
        encryptionKey = key.derive("EVPD1 encryption", byteCount: SubjectKey.byteCount)
        nonceKey = key.derive("EVPD1 nonce", byteCount: SubjectKey.byteCount)
        keyID = key.id
    }

    /// Whether data were encrypted with this key, as far as they say.
    func isKey(of data: EncryptedData) -> Bool { data.keyID == keyID }

    /// Encrypts the data of an event.
    ///
    /// - Complexity: O(size), each byte read twice.
    func encrypt(_ event: NewEvent) throws -> EncryptedData {
        let context = boundContext(event.id, event.type, event.schemaVersion)
        var code = HMAC<SHA256>(key: nonceKey)
        code.update(data: context)
        code.update(data: Self.bytes(of: Int64(event.data.bytes.count)))
        code.update(data: event.data.bytes)
        let nonce = [UInt8](code.finalize().prefix(EncryptedData.nonceBytes))
        do {
            let box = try AES.GCM.seal(
                event.data.bytes, using: encryptionKey, nonce: AES.GCM.Nonce(data: nonce), authenticating: context
            )
            return EncryptedData(
                subject: subject, keyID: keyID, nonce: nonce, ciphertext: [UInt8](box.ciphertext) + [UInt8](box.tag)
            )
        } catch {
            throw LedgerError(
                .encodingFailed, "The data of an event of type '\(event.type)' could not be encrypted.",
                underlying: error
            )
        }
    }

    /// Decrypts the data of an event; `nil` where they were encrypted with another key, for another event, or were
    /// changed.
    func decrypt(_ data: EncryptedData, of event: RecordedEvent) -> JSONText? {
        let split = data.ciphertext.count - EncryptedData.tagBytes
        guard split >= 0, let nonce = try? AES.GCM.Nonce(data: data.nonce),
            let box = try? AES.GCM.SealedBox(
                nonce: nonce, ciphertext: data.ciphertext[..<split], tag: data.ciphertext[split...]
            ),
            let plaintext = try? AES.GCM.open(
                box, using: encryptionKey, authenticating: boundContext(event.id, event.type, event.schemaVersion)
            )
        else { return nil }
        // They were checked and compacted before they were encrypted, and nobody without the key has made them.
        return JSONText(stored: [UInt8](plaintext))
    }

    /// What is authenticated beside the data, so that they can be moved to no other event.
    private func boundContext(_ id: EventID, _ type: EventType, _ schemaVersion: Int) -> [UInt8] {
        var bytes = Array("EVPD1".utf8)
        for text in [subject.rawValue, id.rawValue, type.rawValue] {
            bytes += Self.bytes(of: Int64(text.utf8.count))
            bytes += text.utf8
        }
        return bytes + Self.bytes(of: Int64(schemaVersion))
    }

    private static func bytes(of number: Int64) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { [UInt8]($0) }
    }
}
