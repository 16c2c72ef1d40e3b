/// Scores in columns.
enum Score {
    /// A score from 0 to 100 with two decimals and six characters.
    static func text(_ score: Double) -> String {
        let hundredths = Int((score * 100).rounded())
        let decimals = hundredths % 100
        let text = "\(hundredths / 100).\(decimals < 10 ? "0" : "")\(decimals)"
        return String(repeating: " ", count: max(0, 6 - text.count)) + text
    }
}
