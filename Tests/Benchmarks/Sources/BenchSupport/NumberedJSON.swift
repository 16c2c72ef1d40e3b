package import EventLedger

/// JSON of a fixed size, `{"n":<number>,"text":"xxx…"}`: the data of the events and the payloads of the tasks.
package struct NumberedJSON {
    /// The text that fills the size, by the number of digits of the number.
    private let fillings: [String]

    /// - Parameter bytes: The size, from 40.
    package init(bytes: Int) {
        let frame = "{\"n\":,\"text\":\"\"}".utf8.count
        fillings = (0...19).map { digits in String(repeating: "x", count: max(0, bytes - frame - digits)) }
    }

    /// The JSON of a number, written as text.
    package func json(_ number: Int) throws -> JSONText {
        let digits = String(number)
        return try JSONText("{\"n\":\(digits),\"text\":\"\(fillings[digits.utf8.count])\"}")
    }

    /// The text in the JSON of a number, for Swift types that are encoded.
    package func filling(_ number: Int) -> String { fillings[String(number).utf8.count] }
}
