/// A line that a child told: words with spaces between them.
struct ChildLine: Sendable, CustomStringConvertible {
    let words: [String]

    init(_ text: String) { words = text.split(separator: " ").map { String($0) } }

    /// What the line is about.
    var verb: String { words.first ?? "" }

    /// The word behind the verb with a number from 1; empty where there is none.
    func word(_ number: Int) -> String { number < words.count ? words[number] : "" }

    /// The number behind the verb; -1 where there is none.
    func number(_ number: Int) -> Int { Int(word(number)) ?? -1 }

    var description: String { words.joined(separator: " ") }
}

/// A receipt that a child told of before it did anything else.
struct Acknowledgement: Sendable {
    let commit: String
    let first: Int64
    let last: Int64

    /// - Returns: `nil` for a line about something else.
    init?(_ line: ChildLine) {
        guard line.verb == "ack", line.words.count == 4, let first = Int64(line.words[2]),
            let last = Int64(line.words[3])
        else { return nil }
        commit = line.words[1]
        self.first = first
        self.last = last
    }
}
