import EventLedger
import EventLedgerCommands

extension DecoderProperty {
    /// A line of an import: an event that was read can be written and read again, as the same one.
    static func checkCloudEvent(_ bytes: [UInt8]) throws {
        guard let event = try accepted(unless: LedgerError.self, { try CloudEvent(json: bytes) }) else { return }
        let again = try CloudEvent(json: event.json)
        try hold(
            again.attributes == event.attributes && again.data == event.data, "Written and read, it is another event.")
        try hold(again.json == event.json, "The event is written in two ways.")

        if let new = try accepted(unless: LedgerError.self, { try event.newEvent() }) {
            try hold(try event.newEvent() == new, "It makes two different new events.")
            try hold(Metadata(fields: new.metadata.fields) == new.metadata, "The metadata change when they are stored.")
            _ = try accepted(unless: LedgerError.self) { try new.validate() }
        }
        guard let recorded = try accepted(unless: LedgerError.self, { try event.recordedEvent() }) else { return }
        try hold(try CloudEvent(recorded).recordedEvent() == recorded, "Exported and imported, it is another event.")
        // Import decides about it without a ledger, too: it is the first event of one.
        let head = ImportCheck.LedgerHead(position: 0, importedThrough: 0, recordedAt: nil)
        _ = try accepted(unless: LedgerError.self) {
            try ImportCheck.newEvents(
                among: [recorded, recorded], behind: head, stored: { _ in nil }, streamHead: { _ in nil },
                isKnown: { _ in false }
            )
        }
    }

    /// A line of the input of `append`: what was read can be committed, and is read the same way twice.
    static func checkEventLine(_ bytes: [UInt8]) throws {
        guard let line = try accepted(unless: LedgerError.self, { try EventLine(bytes) }) else { return }
        let event = line.event
        try event.validate()
        try line.stream?.validate()
        try hold(try JSONText(event.data.bytes) == event.data, "The data are not compact JSON.")
        try hold(event.tags == Array(Set(event.tags)).sorted(), "The tags are not unique and in order.")
        let again = try EventLine(bytes).event
        let isSame =
            again.type == event.type && again.data == event.data && again.tags == event.tags
            && again.metadata == event.metadata && again.occurredAt == event.occurredAt
        try hold(isSame, "The line is read in two ways.")
    }

    /// A checkpoint token: what was read reads back, covers itself, and the start.
    static func checkCheckpoint(_ bytes: [UInt8]) throws {
        guard let checkpoint = Checkpoint(String(decoding: bytes, as: UTF8.self)) else { return }
        let token = checkpoint.description
        try hold(Checkpoint(token) == checkpoint, "The token reads back as another checkpoint.")
        try hold(checkpoint.covers(checkpoint) && checkpoint.covers(.start), "It does not cover itself and the start.")
        let coded = try JSONText(encoding: checkpoint)
        try hold(try coded.decode(Checkpoint.self) == checkpoint, "Coded as JSON it is another checkpoint.")
        if let position = checkpoint.position {
            try hold(position >= .start, "It stands before the start.")
            try hold(Checkpoint(position) == checkpoint, "Its position leads to another checkpoint.")
        }
    }
}
