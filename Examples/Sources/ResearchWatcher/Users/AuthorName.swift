/// The name of a person, taken apart for comparison.
struct AuthorName: Sendable, Hashable {
    /// The family name in folded words, with particles: `van der waals`.
    let family: String
    /// The given names, folded, in order; a single letter is an initial.
    let given: [String]

    /// Takes a name apart.
    ///
    /// With a comma the family name stands before it. Without one it is the last word, together with particles in
    /// lowercase before it: `Johannes van der Waals`.
    init(_ name: String) {
        if let comma = name.firstIndex(of: ",") {
            family = TextFolding.fold(String(name[..<comma]))
            given = TextFolding.words(String(name[name.index(after: comma)...]))
            return
        }
        let words = TextFolding.collapse(name).split(separator: " ").map { String($0) }
        var first = max(0, words.count - 1)
        while first > 0, let letter = words[first - 1].first, letter.isLowercase { first -= 1 }
        family = TextFolding.fold(words[first...].joined(separator: " "))
        given = TextFolding.words(words[..<first].joined(separator: " "))
    }

    /// Whether both can be the same person: equal family names, and given names that do not contradict each other.
    ///
    /// Given names are compared one after the other as far as both go; an initial agrees with every name that begins
    /// with it. A name without any agrees with all.
    func agrees(with other: AuthorName) -> Bool {
        guard family == other.family else { return false }
        return zip(given, other.given).allSatisfy { one, another in
            if one.unicodeScalars.count == 1 || another.unicodeScalars.count == 1 {
                return one.unicodeScalars.first == another.unicodeScalars.first
            }
            return one == another
        }
    }
}
