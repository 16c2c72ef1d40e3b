import ArgumentParser
import EventLedger

/// Reads arguments that are more than a word or a number.
enum ArgumentText {
    static func time(_ text: String) throws -> Timestamp {
        guard let time = Timestamp(text) else {
            throw ValidationError("Write a time such as 2026-11-21T08:30:00Z, or a date such as 2026-11-21.")
        }
        return time
    }

    static func position(_ text: String) throws -> Position {
        guard let number = Int64(text), number >= 0 else {
            throw ValidationError("Write a position: 0, 1, 2 and so on.")
        }
        return Position(number)
    }

    static func count(_ text: String) throws -> Int {
        guard let number = Int(text), number >= 0 else { throw ValidationError("Write a number from 0.") }
        return number
    }

    static func size(_ text: String) throws -> Int64 {
        guard let number = Int64(text), number >= 0 else { throw ValidationError("Write a number of events from 0.") }
        return number
    }

    static func expectation(_ text: String) throws -> Expectation {
        switch text {
        case "any": return .any
        case "new": return .newStream
        case "existing": return .existing
        default:
            guard let number = Int64(text), number >= 0 else {
                throw ValidationError("Write any, new, existing, or the revision of the stream's last event.")
            }
            return .revision(Revision(number))
        }
    }

    static func condition(_ text: String) throws -> CommitCondition { try ConditionText.parse(text) }

    static func filter(_ text: String) throws -> DocumentQuery.Filter {
        let comparisons: [(String, DocumentQuery.Comparison)] = [
            ("<=", .lessOrEqual), (">=", .greaterOrEqual), ("<", .less), (">", .greater), ("=", .equal),
        ]
        guard let index = text.firstIndex(where: { "<>=".contains($0) }), index > text.startIndex else {
            throw ValidationError("Write a field, =, <, <=, > or >=, and a value.")
        }
        for (sign, comparison) in comparisons where text[index...].hasPrefix(sign) {
            let value = String(text[index...].dropFirst(sign.count))
            return DocumentQuery.Filter(String(text[..<index]), comparison, Self.value(value))
        }
        throw ValidationError("Write a field, =, <, <=, > or >=, and a value.")
    }

    /// A JSON scalar where the text is one, else the text itself.
    static func value(_ text: String) -> JSONValue {
        guard let value = try? JSONText(text).value() else { return .string(text) }
        return switch value {
        case .array, .object: .string(text)
        default: value
        }
    }

    static func taskState(_ text: String) throws -> TaskState { try choice(text) }
    static func letterState(_ text: String) throws -> DeadLetter.State { try choice(text) }
    static func letterKind(_ text: String) throws -> DeadLetterQuery.Kind { try choice(text) }

    private static func choice<Value: RawRepresentable<String> & CaseIterable>(_ text: String) throws -> Value {
        guard let value = Value(rawValue: text) else {
            throw ValidationError("Write one of: \(Value.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return value
    }

    static func run(_ text: String) throws -> RunRule {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw ValidationError("Write two event types: START=END.")
        }
        return RunRule(start: EventType(String(parts[0])), end: EventType(String(parts[1])))
    }
}
