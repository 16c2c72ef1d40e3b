/// Cuts English prose into sentences.
///
/// A sentence ends at `.`, `!` or `?`, closing quotes and brackets included, if white space and then a capital letter,
/// a digit or an opening sign follow. A full stop does not end it after an abbreviation that usually goes on (`e.g.`,
/// `et al.`), or after a single capital letter (the initial of a name). Decimals have no space after the point.
enum SentenceSplitter {
    /// The sentences of `text`, with white space collapsed; none is empty.
    ///
    /// - Complexity: O(n).
    static func sentences(in text: String) -> [String] {
        let characters = Array(TextFolding.collapse(text))
        var sentences: [String] = []
        var start = 0
        var position = 0
        while position < characters.count {
            let mark = characters[position]
            guard mark == "." || mark == "!" || mark == "?" else {
                position += 1
                continue
            }
            var end = position + 1
            while end < characters.count, closing.contains(characters[end]) { end += 1 }
            let goesOn = mark == "." && isAbbreviation(characters, before: position, from: start)
            if !goesOn && isBoundary(characters, at: end) {
                sentences.append(String(characters[start..<end]))
                start = min(end + 1, characters.count)
            }
            position = end
        }
        if start < characters.count { sentences.append(String(characters[start...])) }
        return sentences
    }

    private static let closing: Set<Character> = [".", "!", "?", "\"", "'", ")", "]", "}", "”", "’"]
    private static let opening: Set<Character> = ["\"", "'", "(", "[", "$", "“", "‘", "\\"]

    private static let abbreviations: Set<String> = [
        "e.g", "i.e", "al", "cf", "vs", "viz", "resp", "approx", "ca", "fig", "figs", "eq", "eqs", "sec", "ref", "refs",
        "dr", "prof", "mr", "mrs", "ms", "st", "no", "vol", "pp", "w.r.t", "a.k.a", "wrt", "thm",
    ]

    private static func isBoundary(_ characters: [Character], at end: Int) -> Bool {
        guard end < characters.count else { return true }
        guard characters[end] == " ", end + 1 < characters.count else { return false }
        let next = characters[end + 1]
        return next.isUppercase || next.isNumber || opening.contains(next)
    }

    private static func isAbbreviation(_ characters: [Character], before stop: Int, from start: Int) -> Bool {
        // At the very end of the text there is nothing left that an abbreviation could go on to.
        guard stop + 1 < characters.count else { return false }
        var first = stop
        while first > start, characters[first - 1] != " " { first -= 1 }
        while first < stop, opening.contains(characters[first]) { first += 1 }
        let word = characters[first..<stop]
        if word.count == 1, let letter = word.first { return letter.isUppercase }
        return abbreviations.contains(String(word).lowercased())
    }
}
