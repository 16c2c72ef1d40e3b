extension RecordedEvent {
    /// Whether the data are encrypted with the key of a subject. Seen through a ``DecryptingReader`` it means that they
    /// cannot be decrypted, although nobody asked for the subject to be forgotten: the reader has other keys, or the
    /// data were changed. ``PersonalDataCipher/decrypt(_:)-(RecordedEvent)`` says which.
    ///
    /// - Complexity: O(1).
    public var isEncrypted: Bool { !hasReplacedData && EncryptedData.isForm(of: data) }

    /// Whose data the event holds or held encrypted; `nil` where nothing was encrypted.
    ///
    /// - Complexity: O(size of the data): they are read on every call.
    public var subject: SubjectName? { EncryptedData(recordedData)?.subject }

    /// The event without the data of a subject that was forgotten.
    func erased(_ subject: SubjectName) -> RecordedEvent {
        erased(JSONText(JSONValue.object(["$erased": .object(["subject": .string(subject.rawValue)])])))
    }

    /// Why encrypted data cannot be decoded.
    var unreadable: LedgerError {
        LedgerError(
            .decodingFailed,
            "The data of the event at position \(position), of type '\(type)', are encrypted. Read it through a "
                + "DecryptingReader with the keys that it was encrypted with.",
            details: ["position": "\(position)", "type": "\(type)"]
        )
    }
}
