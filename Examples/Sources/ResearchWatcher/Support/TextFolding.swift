/// Turns text into plain lowercase words, so that spelling variants of one name or title compare equal.
enum TextFolding {
    /// The words of `text`: letters and digits in lowercase without diacritics; anything else separates words.
    ///
    /// - Complexity: O(n).
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        for scalar in text.unicodeScalars {
            let value = scalar.value
            if value < 0x80 {
                switch value {
                case 0x30...0x39, 0x61...0x7a:
                    word.unicodeScalars.append(scalar)
                case 0x41...0x5a:
                    word.unicodeScalars.append(Unicode.Scalar(UInt8(value + 0x20)))
                default:
                    if !word.isEmpty { words.append(word) }
                    word = ""
                }
            } else if scalar.properties.generalCategory == .nonspacingMark {
                continue
            } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
                for lowered in scalar.properties.lowercaseMapping.unicodeScalars {
                    if let plain = plainLetters[lowered] {
                        word += plain
                    } else if lowered.properties.generalCategory != .nonspacingMark {
                        word.unicodeScalars.append(lowered)
                    }
                }
            } else {
                if !word.isEmpty { words.append(word) }
                word = ""
            }
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    /// The words of `text` joined by single spaces.
    static func fold(_ text: String) -> String {
        words(text).joined(separator: " ")
    }

    /// `text` with every run of white space and control characters as one space, and none at either end.
    static func collapse(_ text: String) -> String {
        var result = ""
        var pendingSpace = false
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace || scalar.properties.generalCategory == .control {
                pendingSpace = !result.isEmpty
            } else {
                if pendingSpace { result.unicodeScalars.append(" ") }
                pendingSpace = false
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    // FoundationEssentials decomposes nothing, and full Foundation is too heavy a price for this.
    private static let plainLetters: [Unicode.Scalar: String] = {
        let groups: [(plain: String, letters: String)] = [
            ("a", "àáâãäåāăąǎ"), ("c", "çćĉċč"), ("d", "ďđð"), ("e", "èéêëēĕėęě"), ("g", "ĝğġģ"), ("h", "ĥħ"),
            ("i", "ìíîïĩīĭįı"), ("j", "ĵ"), ("k", "ķ"), ("l", "ĺļľłŀ"), ("n", "ñńņňŋ"), ("o", "òóôõöøōŏőơ"),
            ("r", "ŕŗř"), ("s", "śŝşšș"), ("t", "ţťŧț"), ("u", "ùúûüũūŭůűųư"), ("w", "ŵ"), ("y", "ýÿŷ"),
            ("z", "źżž"), ("ae", "æ"), ("oe", "œ"), ("ss", "ß"), ("th", "þ"),
        ]
        var table: [Unicode.Scalar: String] = [:]
        for group in groups {
            for scalar in group.letters.unicodeScalars { table[scalar] = group.plain }
        }
        return table
    }()
}
