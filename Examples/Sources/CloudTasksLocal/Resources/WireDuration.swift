import EventLedger

/// Durations as JSON of protocol buffers has them: `1.5s`.
enum WireDuration {
    static func read(_ value: JSONValue?, _ field: String) throws(APIError) -> Duration? {
        guard let value, !value.isNull else { return nil }
        guard let text = value.stringValue, text.hasSuffix("s"), let seconds = Double(text.dropLast()),
            seconds.isFinite, abs(seconds) <= 315_576_000_000
        else { throw .invalid("Illegal duration format for '\(field)'; duration must end with 's'.") }
        return .microseconds(Int64((seconds * 1_000_000).rounded()))
    }

    static func text(_ duration: Duration) -> String {
        let microseconds = microseconds(duration)
        let fraction = microseconds % 1_000_000
        if fraction == 0 { return "\(microseconds / 1_000_000)s" }
        let digits = "\(fraction)"
        return "\(microseconds / 1_000_000).\(String(repeating: "0", count: 6 - digits.utf8.count))\(digits)s"
    }

    static func microseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
