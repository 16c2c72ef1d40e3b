/// A field of a table.
struct Cell: Sendable, ExpressibleByStringLiteral {
    let text: String
    let style: TextStyle?

    /// Makes a field. Characters that would control a terminal are made visible: what is shown comes from anywhere.
    init(_ text: some CustomStringConvertible, _ style: TextStyle? = nil) {
        var safe = String.UnicodeScalarView()
        for scalar in text.description.unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
            safe.append(isControl ? "\u{FFFD}" : scalar)
        }
        self.text = String(safe)
        self.style = style
    }

    init(stringLiteral value: String) { self.init(value) }
}

/// A column of a table.
struct Column: Sendable {
    enum Alignment { case left, right }

    let title: String
    let alignment: Alignment

    init(_ title: String, _ alignment: Alignment = .left) {
        self.title = title
        self.alignment = alignment
    }
}
