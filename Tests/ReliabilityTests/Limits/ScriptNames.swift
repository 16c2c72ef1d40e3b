/// Names in many scripts, and pairs that look alike or that Swift's `String` calls equal but differ by bytes.
enum ScriptNames {
    static let all = latin + otherScripts + symbols + invisible + noncharacters

    private static let latin = [
        "stra\u{DF}e", "strasse", "STRASSE",
        "caf\u{E9}", "cafe\u{301}",  // composed and decomposed
        "\u{1E69}", "s\u{323}\u{307}", "s\u{307}\u{323}",  // one letter, its marks in either order
        "\u{212B}ngstr\u{F6}m", "\u{C5}ngstr\u{F6}m", "A\u{30A}ngstro\u{308}m",  // the sign, the letter, the parts
        "\u{130}stanbul", "istanbul", "\u{131}stanbul", "i\u{307}stanbul",  // dotted and dotless
        "\u{FB01}n", "fin", "ﬀ", "ff", "\u{FF41}\u{FF42}", "ab",  // ligatures and full width
    ]

    private static let otherScripts = [
        "\u{39F}\u{3B4}\u{3C5}\u{3C3}\u{3C3}\u{3AD}\u{3B1}\u{3C2}",  // Greek, with a final sigma
        "\u{39F}\u{3B4}\u{3C5}\u{3C3}\u{3C3}\u{3AD}\u{3B1}\u{3C3}",
        "\u{3BC}", "\u{B5}",  // mu and micro
        "\u{410}\u{43D}\u{43D}\u{430}", "Anna", "\u{439}", "\u{438}\u{306}",  // Cyrillic; й composed and decomposed
        "\u{633}\u{644}\u{627}\u{645}", "\u{FEFB}", "\u{644}\u{627}",  // Arabic; a ligature and its letters
        "\u{5E9}\u{5C1}\u{5B8}\u{5DC}\u{5D5}\u{5B9}\u{5DD}", "\u{FB2A}", "\u{5E9}\u{5C1}",  // Hebrew with points
        "\u{939}\u{93F}\u{928}\u{94D}\u{926}\u{940}", "\u{958}", "\u{915}\u{93C}",  // Devanagari; with a nukta
        "\u{E20}\u{E32}\u{E29}\u{E32}\u{E44}\u{E17}\u{E22}", "\u{E33}", "\u{E4D}\u{E32}",  // Thai; am and its parts
        "\u{6F22}\u{5B57}", "\u{6C49}\u{5B57}", "\u{F900}", "\u{8C48}",  // Han; a compatibility ideograph
        "\u{D55C}\u{AE00}", "\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}",  // Hangul composed and decomposed
        "\u{304C}", "\u{304B}\u{3099}",  // Kana with a voicing mark
        "\u{20000}\u{2A6D6}", "\u{1D49C}\u{1D4B7}", "\u{10330}\u{10331}",  // beyond the basic plane
    ]

    private static let symbols = [
        "\u{1F469}\u{200D}\u{1F469}\u{200D}\u{1F467}", "\u{1F469}\u{1F469}\u{1F467}",  // a family, and three people
        "\u{1F44B}\u{1F3FD}", "\u{1F44B}", "\u{2764}\u{FE0F}", "\u{2764}",  // tones and variation selectors
        "\u{1F1E9}\u{1F1EA}", "\u{1F1EA}\u{1F1E9}", "\u{1F3F4}\u{E0067}\u{E0062}\u{E007F}",  // flags
        "%41", "%C3%A9", "a%", "a_", "a*", "a?", "[a]", "a'b", "a\"b", "a`b", "a\\b", "a;b", "a--b", "a,b=c", "../a",
    ]

    private static let invisible = [
        "\u{200F}abc", "abc\u{200F}", "abc", "\u{202E}abc", "\u{2067}abc\u{2069}", "\u{200E}abc",  // direction
        "\u{200B}abc", "a\u{AD}bc", "\u{FEFF}abc", "abc\u{A0}", "abc ", " abc", "\u{3000}abc", "\u{2028}abc",
        "\u{85}abc",
        "\u{301}abc",  // begins with a mark
        "\u{FFFD}", "\u{E000}", "\u{F8FF}",
    ]

    /// Code points that never stand for a character, and are legal in a text. A literal may not hold them.
    private static let noncharacters = [0xFFFE, 0xFFFF, 0xFDD0, 0xFDEF, 0x1FFFE, 0x10FFFF].compactMap { number in
        Unicode.Scalar(UInt32(number)).map { String($0) }
    }
}
