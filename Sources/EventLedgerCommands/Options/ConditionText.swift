package import EventLedger

/// Why the text of a condition cannot be read.
package enum ConditionSyntaxError: Error, Equatable, CustomStringConvertible {
    /// A part is not `key=value`.
    case notAPair(String)
    /// A key is not one of the three.
    case unknownKey(String)
    /// A key occurs twice.
    case repeatedKey(String)
    /// A key has no value, or a list holds nothing between two commas.
    case emptyValue(String)
    /// What follows `after` is not a position.
    case notAPosition(String)
    /// Neither a type nor a tag is named.
    case nothingNamed

    package var description: String {
        switch self {
        case .notAPair(let part): "'\(part)' is not of the form key=value. Write: type=a,b tag=x,y after=N."
        case .unknownKey(let key): "'\(key)' is not known; a condition has type, tag and after."
        case .repeatedKey(let key): "'\(key)' occurs twice. Join its values with commas."
        case .emptyValue(let key): "'\(key)' has an empty value."
        case .notAPosition(let text): "'\(text)' is not a position: after needs 0, 1, 2 and so on."
        case .nothingNamed: "A condition needs a type or a tag."
        }
    }
}

/// Reads conditions such as `type=a,b tag=x,y after=N`: no event of any of the types with all of the tags behind position N.
///
/// `after` is 0 where it is left out. A backslash takes the next character as it is, so that names may hold spaces, commas and
/// equals signs.
package enum ConditionText {
    package static func parse(_ text: String) throws(ConditionSyntaxError) -> CommitCondition {
        var values: [String: [String]] = [:]
        for part in split(text.utf8[...], at: " ") where !part.isEmpty {
            let pair = split(part, at: "=")
            guard pair.count >= 2, let first = pair.first else { throw .notAPair(unescaped(part)) }
            let key = unescaped(first)
            guard ["type", "tag", "after"].contains(key) else { throw .unknownKey(key) }
            guard values[key] == nil else { throw .repeatedKey(key) }
            // Only the first equals sign divides: `tag=a=b` has the tag `a=b`.
            let list = split(part[first.endIndex...].dropFirst(), at: ",").map(unescaped)
            guard !list.contains("") else { throw .emptyValue(key) }
            values[key] = list
        }
        let types = values["type"] ?? [], tags = values["tag"] ?? []
        guard !types.isEmpty || !tags.isEmpty else { throw .nothingNamed }
        var position = Position.start
        if let after = values["after"] {
            guard after.count == 1, let number = Int64(after[0]), number >= 0 else {
                throw .notAPosition(after.joined(separator: ","))
            }
            position = Position(number)
        }
        return CommitCondition(
            nothingMatching: EventQuery(types: Set(types.map { EventType($0) }), tags: Set(tags.map { EventTag($0) })),
            after: position
        )
    }

    // Bytes and not characters: a comma and a combining mark behind it are one character, but the mark belongs to the name.

    private static func split(_ text: Substring.UTF8View, at separator: Unicode.Scalar) -> [Substring.UTF8View] {
        var parts: [Substring.UTF8View] = []
        var start = text.startIndex, index = text.startIndex
        while index < text.endIndex {
            if text[index] == backslash {
                index = text.index(after: index)
                if index < text.endIndex { index = text.index(after: index) }
                continue
            }
            if text[index] == UInt8(ascii: separator) {
                parts.append(text[start..<index])
                start = text.index(after: index)
            }
            index = text.index(after: index)
        }
        return parts + [text[start...]]
    }

    private static func unescaped(_ text: Substring.UTF8View) -> String {
        var result: [UInt8] = []
        var isEscaped = false
        for byte in text {
            if byte == backslash, !isEscaped {
                isEscaped = true
            } else {
                result.append(byte)
                isEscaped = false
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static let backslash = UInt8(ascii: "\\")
}
