import EventLedger
import Testing

/// The vectors of `Documentation/personal-data.md`.
@Suite("The form of encrypted data") struct EncryptionVectorTests {
    private static let first =
        #"{"$encrypted":1,"ciphertext":"AQIrLD60otm8EfnEVcyMOl3r1DLevGgQU3PJeHaz","key":"8oiP2d4vzg8=","#
        + #""nonce":"Ll2oS7JvWGRidJJe","subject":"user-42"}"#
    private static let second =
        #"{"$encrypted":1,"ciphertext":"heZYIfTSBm9NOdUhdwob068FUNMOrhY8QucDppfUjuxbY/3jr1I=","key":"8oiP2d4vzg8=","#
        + #""nonce":"NzbusvrqEpPxr9k5","subject":"gr\#u{F6}\#u{DF}e-π"}"#

    private func check(_ event: NewEvent, _ subject: SubjectName, _ expected: String) async throws {
        let cipher = PersonalDataCipher(keys: try FixedKeys())
        let encrypted = try await cipher.encrypt(event, for: subject)
        #expect(encrypted.data.text == expected)
        let recorded = RecordedEvent(
            position: 1, stream: "s", revision: 1, id: event.id, type: event.type, schemaVersion: event.schemaVersion,
            data: try JSONText(expected), tags: [], occurredAt: .distantPast, recordedAt: .distantPast,
            encodedMetadata: .emptyObject, hash: .zero
        )
        let decrypted = try await cipher.decrypt(recorded)
        #expect(decrypted.data == event.data)
        #expect(decrypted.subject == subject)
    }

    @Test("The key id") func keyID() throws {
        let id = try SubjectKey(bytes: Array(0..<32)).id
        #expect(id.description == "f2888fd9de2fce0f")
        #expect(try SubjectKeyID(bytes: id.bytes) == id)
        #expect(throws: LedgerError.self) { try SubjectKeyID(bytes: Array(id.bytes.dropLast())) }
    }

    @Test("The first vector") func simple() async throws {
        let event = NewEvent(type: "user.registered", data: try JSONText(#"{"name":"Ada"}"#), id: "e-1")
        try await check(event, "user-42", Self.first)
    }

    @Test("Beyond ASCII, another version, a number as it was written") func odd() async throws {
        let event = NewEvent(
            type: "マーク.set", schemaVersion: 2, data: try JSONText(#"{"a":1.0,"b":"日本"}"#), id: "\u{E9}-1"
        )
        try await check(event, "gr\u{F6}\u{DF}e-π", Self.second)
    }
}
