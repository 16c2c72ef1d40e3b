import EventLedger

extension DecoderProperty {
    /// JSON text: compaction is stable, what was parsed has one canonical form, and that form means the same.
    static func checkJSON(_ bytes: [UInt8]) throws {
        guard let text = try accepted(unless: LedgerError.self, { try JSONText(bytes) }) else { return }
        try hold(try JSONText(text.bytes) == text, "Compacting twice gives something else.")
        try hold(text.bytes.count <= bytes.count, "Compacting makes the text longer.")
        try hold(Array(text.text.utf8) == text.bytes, "The text is not valid UTF-8.")
        guard let value = try accepted(unless: LedgerError.self, { try text.value() }) else { return }
        let canonical = JSONText(value)
        try hold(try JSONText(canonical.bytes) == canonical, "The canonical form is not compact JSON.")
        let again = try canonical.value()
        try hold(again == value, "The canonical form means something else.")
        try hold(again.canonicalBytes == canonical.bytes, "The canonical form has another canonical form.")
        try hold(again.hashValue == value.hashValue, "Equal values have different hashes.")
        try hold(value.depth <= LedgerLimits.jsonDepth, "The value is nested deeper than its text may be.")
    }

    /// Times: what is read lies in the years that can be written, and is written so that it reads back.
    static func checkTimestamp(_ bytes: [UInt8]) throws {
        guard let time = Timestamp(String(decoding: bytes, as: UTF8.self)) else { return }
        try hold((.distantPast ... .distantFuture).contains(time), "The time is outside the years 1 to 9999.")
        let written = time.description
        try hold(written.utf8.count == 27, "The time is written as '\(written)'.")
        try hold(Timestamp(written) == time, "The time is written as '\(written)', which is another one.")
        try hold(Timestamp(written)?.description == written, "The time is written in two ways.")
    }
}
