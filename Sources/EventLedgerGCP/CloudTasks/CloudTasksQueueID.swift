import EventLedger

/// The id under which Cloud Tasks knows a queue: letters, digits and hyphens, 100 at the most.
///
/// A name that is legal is its own id. Any other one is what is legal of it, and the beginning of its digest, so that two
/// names never share a queue. A legal name that ends as if a digest stood there is treated as if it were not legal.
enum CloudTasksQueueID {
    static func id(of queue: QueueName, prefix: String) -> String {
        let name = queue.rawValue
        if CloudTasksSettings.isLegalID(name), name.utf8.count + prefix.utf8.count <= 100, !endsInDigest(name) {
            return prefix + name
        }
        let legal = name.utf8.prefix(100 - 17 - prefix.utf8.count).map {
            CloudTasksSettings.isLegal($0) ? $0 : UInt8(ascii: "-")
        }
        let digest = CanonicalDigest.hexadecimal(of: [name]).prefix(16)
        return prefix + String(decoding: legal, as: UTF8.self) + "-" + digest
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
