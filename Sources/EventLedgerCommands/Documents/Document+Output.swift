import EventLedger

extension Document {
    static let columns = [Column("id"), Column("version", .right), Column("fields")]

    var jsonLine: JSONLine {
        var line = JSONLine()
        line.add("collection", .text(key.collection))
        line.add("id", .text(key.id))
        line.add("version", .integer(version))
        line.add("fields", .object(fields))
        return line
    }

    var cells: [Cell] { [Cell(key.id, .bold), Cell(version), Cell(fields)] }
}
