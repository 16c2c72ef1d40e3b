import EventLedger

/// Where a partition stands: the one document that every commit with events replaces, on the condition that nobody else
/// has.
struct FirestoreHead: Hashable, Sendable {
    /// The position of the last event.
    var position: Int64 = 0
    /// When the last event was recorded; nothing for an empty partition.
    var recordedAt: Timestamp?
    /// The position of the last event that was imported.
    var importedThrough: Int64 = 0
    /// Which writer asks for its turn; every commit takes the question away.
    private(set) var asker: FirestoreTurns.Asker?
    /// When the document was written; `nil` where there is none.
    var updateTime: String?

    /// The head of an empty partition.
    init() {}

    init(_ document: FirestoreDocument?) throws {
        guard let document else { return }
        let read = FirestoreFields(document)
        position = try read.count("position")
        if document.fields["recordedAt"] != nil {
            recordedAt = Timestamp(microseconds: try read.integer("recordedAt"))
        }
        if document.fields["importedThrough"] != nil { importedThrough = try read.count("importedThrough") }
        if document.fields["asker"] != nil {
            let takes = document.fields["askerTakes"] == nil ? 0 : try read.count("askerTakes")
            asker = FirestoreTurns.Asker(word: try read.string("asker"), takes: .microseconds(takes))
        }
        updateTime = document.updateTime
    }

    func write(at path: String) -> FirestoreWrite {
        var fields: [String: FirestoreValue] = ["position": .integer(position)]
        if let recordedAt { fields["recordedAt"] = .integer(recordedAt.microseconds) }
        if importedThrough > 0 { fields["importedThrough"] = .integer(importedThrough) }
        return FirestoreWrite(path, .set(fields), if: updateTime.map { .updateTime($0) } ?? .exists(false))
    }

    /// Asks for a turn, whatever others do to the head meanwhile.
    static func write(asker: FirestoreTurns.Asker, at path: String) -> FirestoreWrite {
        let fields: [String: FirestoreValue] = [
            "asker": .string(asker.word), "askerTakes": .integer(asker.takes.wholeMicroseconds),
        ]
        return FirestoreWrite(path, .update(fields, mask: ["asker", "askerTakes"]), if: .exists(true))
    }
}

/// Where a stream stands.
struct FirestoreStreamHead: Hashable, Sendable {
    var revision: Int64 = 0
    var hash = EventHash.zero
    /// When the document was written; `nil` where there is none.
    var updateTime: String?

    /// The head of a stream without events.
    init() {}

    init(_ document: FirestoreDocument?) throws {
        guard let document else { return }
        let read = FirestoreFields(document)
        revision = try read.count("revision")
        hash = try read.hash("hash")
        updateTime = document.updateTime
    }

    func write(of stream: StreamName, at path: String) -> FirestoreWrite {
        FirestoreWrite(
            path,
            .set([
                "stream": .string(stream.rawValue), "revision": .integer(revision), "hash": .bytes(hash.bytes),
            ]),
            if: updateTime.map { .updateTime($0) } ?? .exists(false)
        )
    }
}
