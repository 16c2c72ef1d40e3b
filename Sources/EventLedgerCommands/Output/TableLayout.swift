/// The widths of a table's columns, chosen from its first rows.
struct TableLayout: Sendable {
    private static let gap = 2, narrowest = 6

    private let columns: [Column]
    private let usesColor: Bool
    let widths: [Int]

    /// Chooses widths so that a line fits: where it would not, the widest columns are cut first.
    init(_ columns: [Column], rows: [[Cell]], width: Int, usesColor: Bool) {
        self.columns = columns
        self.usesColor = usesColor
        var widths = columns.map(\.title.count)
        for row in rows {
            for (index, cell) in row.enumerated() where index < widths.count {
                widths[index] = max(widths[index], cell.text.count)
            }
        }
        var excess = widths.reduce(0, +) + Self.gap * max(0, columns.count - 1) - width
        while excess > 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }),
            widths[widest] > Self.narrowest
        {
            let next = widths.indices.filter { $0 != widest }.map { widths[$0] }.max() ?? 0
            let cut = min(excess, max(1, widths[widest] - max(next, Self.narrowest)))
            widths[widest] -= cut
            excess -= cut
        }
        self.widths = widths
    }

    var header: String { line(columns.map { Cell($0.title.uppercased(), .bold) }) }

    func line(_ cells: [Cell]) -> String {
        var parts: [String] = []
        for (index, cell) in cells.enumerated() where index < widths.count {
            let text = Self.cut(cell.text, to: widths[index])
            let padding = String(repeating: " ", count: max(0, widths[index] - text.count))
            let marked = usesColor ? cell.style.map { $0.applied(to: text) } ?? text : text
            let isLast = index == widths.count - 1
            switch columns[index].alignment {
            case .left: parts.append(isLast ? marked : marked + padding)
            case .right: parts.append(padding + marked)
            }
        }
        return parts.joined(separator: String(repeating: " ", count: Self.gap))
    }

    static func cut(_ text: String, to width: Int) -> String {
        text.count <= width ? text : String(text.prefix(max(0, width - 1))) + "…"
    }
}
