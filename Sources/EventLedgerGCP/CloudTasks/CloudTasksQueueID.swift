import EventLedger

/// The id under which Cloud Tasks knows a queue: letters, digits and hyphens, 100 at the most.
///
/// A queue of the ledger `main` in the database `(default)` has its name as id where that is legal. Every other one has what is
/// legal of its ledger's name and its own, and the beginning of a digest of both, so that no two queues of a project share an
/// id. A name that ends as if a digest stood there is treated as if it were not legal.
enum CloudTasksQueueID {
    static func id(of queue: CarriedQueue, prefix: String) -> String {
        let isOfDefaultLedger = queue.ledger.hasSuffix("/databases/(default)/documents/ledgers/main")
        let short = prefix + queue.name.rawValue
        if isOfDefaultLedger, CloudTasksSettings.isLegalID(short), short.utf8.count <= 100, !endsInDigest(short) {
            return short
        }
        let ledger = queue.ledger.split(separator: "/").last ?? ""
        let readable = isOfDefaultLedger ? short : "\(prefix)\(ledger)-\(queue.name.rawValue)"
        let legal = readable.utf8.prefix(100 - 17).map { CloudTasksSettings.isLegal($0) ? $0 : UInt8(ascii: "-") }
        let digest = CanonicalDigest.hexadecimal(of: [queue.ledger, queue.name.rawValue]).prefix(16)
        return String(decoding: legal, as: UTF8.self) + "-" + digest
    }

    private static func endsInDigest(_ name: String) -> Bool {
        let end = Array(name.utf8.suffix(17))
        return end.count == 17 && end[0] == UInt8(ascii: "-")
            && end.dropFirst().allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            }
    }
}
