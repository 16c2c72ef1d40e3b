import EventLedger

/// Tags in an event's row: a text with one tag a line. A tag holds no control character, so none holds a line's end.
enum TagList {
    static func encode(_ tags: [EventTag]) -> String? {
        guard let first = tags.first else { return nil }
        var text = first.rawValue
        for tag in tags.dropFirst() {
            text += "\n"
            text += tag.rawValue
        }
        return text
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) -> [EventTag] {
        guard !bytes.isEmpty else { return [] }
        return bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            EventTag(String(decoding: $0, as: UTF8.self))
        }
    }
}
