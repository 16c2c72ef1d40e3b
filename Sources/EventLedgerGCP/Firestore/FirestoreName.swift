import EventLedger

/// Names of documents in paths are hashes: no caller's name can be one that Firestore refuses, and names that follow each
/// other do not meet in one place.
enum FirestoreName {
    /// The first 128 bits of a digest of some texts, as 32 hexadecimal digits.
    static func hash(_ texts: String...) -> String { String(CanonicalDigest.hexadecimal(of: texts).prefix(32)) }
}
