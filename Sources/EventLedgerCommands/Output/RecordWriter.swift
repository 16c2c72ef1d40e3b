/// Writes records: as a table where a person looks, else as one JSON object a line. Memory is constant: a table's widths are
/// chosen from its first rows.
struct RecordWriter {
    private static let rowsForWidths = 200, bufferBytes = 32 * 1024

    private let columns: [Column]
    private let output: CommandOutput
    private let isTable: Bool
    private var rows: [[Cell]] = []
    private var layout: TableLayout?
    private var buffer: [UInt8] = []

    /// Makes a writer.
    ///
    /// - Parameters:
    ///   - columns: The columns of the table.
    ///   - output: Where it goes.
    ///   - isTable: Whether a person looks.
    init(_ columns: [Column], to output: CommandOutput, asTable isTable: Bool) {
        self.columns = columns
        self.output = output
        self.isTable = isTable
    }

    /// Writes one record; only one of the closures is called.
    mutating func write(json: () throws -> JSONLine, row: () throws -> [Cell]) async throws {
        guard isTable else {
            buffer += try json().bytes
            if buffer.count >= Self.bufferBytes { try await flush() }
            return
        }
        let cells = try row()
        if let layout {
            append(layout.line(cells))
            if buffer.count >= Self.bufferBytes { try await flush() }
        } else {
            rows.append(cells)
            if rows.count >= Self.rowsForWidths { try await flush() }
        }
    }

    /// Lets everything be seen that was written.
    mutating func flush() async throws {
        if isTable, layout == nil, !rows.isEmpty {
            let chosen = TableLayout(
                columns, rows: rows, width: output.width, usesColor: output.allowsColor && output.isTerminal
            )
            append(chosen.header)
            for row in rows { append(chosen.line(row)) }
            layout = chosen
            rows = []
        }
        guard !buffer.isEmpty else { return }
        let bytes = buffer
        buffer.removeAll(keepingCapacity: true)
        try await output.write(bytes)
    }

    /// Ends a list: as ``flush()``, and where nothing was written a person is told so, who would wonder about the silence.
    /// A machine gets no line.
    mutating func finish(orRemark text: String) async throws {
        let isEmpty = layout == nil && rows.isEmpty
        try await flush()
        if isEmpty { try await output.remark(text, asTable: isTable) }
    }

    private mutating func append(_ line: String) {
        buffer += Array(line.utf8)
        buffer.append(UInt8(ascii: "\n"))
    }
}

extension CommandOutput {
    /// Writes one record: as facts under each other where a person looks, else as one JSON object on a line.
    func write(_ facts: [(String, Cell)], json: JSONLine, asTable isTable: Bool) async throws {
        guard isTable else { return try await write(json.bytes) }
        let labelWidth = facts.map(\.0.count).max() ?? 0
        let usesColor = allowsColor && isTerminal
        var text = ""
        for (label, cell) in facts {
            let padding = String(repeating: " ", count: labelWidth - label.count + 2)
            text += (usesColor ? TextStyle.bold.applied(to: label) : label) + padding
            text += (usesColor ? cell.style.map { $0.applied(to: cell.text) } ?? cell.text : cell.text) + "\n"
        }
        try await write(Array(text.utf8))
    }

    /// Writes a remark that only a person wants.
    func remark(_ text: String, asTable isTable: Bool) async throws {
        if isTable { try await write(Array((text + "\n").utf8)) }
    }
}
