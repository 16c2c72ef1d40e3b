import EventLedger

extension HTTPResponse {
    /// For how long the server asks to be left alone (RFC 9110, 10.2.3): seconds, or a date in the one form that is to be sent.
    ///
    /// - Returns: Never less than zero; `nil` where it does not ask, or not legibly.
    func retryAfter(_ now: Timestamp) -> Duration? {
        guard let value = headers["retry-after"] else { return nil }
        if value.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            return value.isEmpty ? nil : .seconds(Int64(value.prefix(9)) ?? 0)
        }
        guard let time = Self.time(value) else { return nil }
        return max(time - now, .zero)
    }

    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func time(_ text: String) -> Timestamp? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[0].hasSuffix(","), parts[1].utf8.count == 2, parts[5] == "GMT",
            let month = months.firstIndex(of: String(parts[2]))
        else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return Timestamp("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }
}
