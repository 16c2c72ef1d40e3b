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
        var tags: [EventTag] = []
        tags.reserveCapacity(bytes.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 })
        var start = 0
        for index in 0...bytes.count where index == bytes.count || bytes[index] == UInt8(ascii: "\n") {
            tags.append(
                EventTag(String(decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<index]), as: UTF8.self)))
            start = index + 1
        }
        return tags
    }
}
