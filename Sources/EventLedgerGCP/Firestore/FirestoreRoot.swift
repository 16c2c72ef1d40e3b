import EventLedger

/// Where a ledger stands in its database.
enum FirestoreRoot {
    /// `ledgers/{name}`
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidName`` for a name that Firestore would refuse or read as a path.
    static func path(of ledger: String) throws -> String {
        let isPlain = ledger.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        }
        guard isPlain, (1...100).contains(ledger.utf8.count), !ledger.hasPrefix("__") else {
            throw LedgerError(
                .invalidName,
                "A ledger's name in Firestore is 1 to 100 letters, digits, '-' and '_', and does not begin with '__'."
            )
        }
        return "ledgers/\(ledger)"
    }

    /// The root of the ledger that a path is in.
    static func holding(_ path: String) -> String { path.split(separator: "/").prefix(2).joined(separator: "/") }
}
