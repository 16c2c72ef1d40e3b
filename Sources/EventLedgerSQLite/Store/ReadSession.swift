import EventLedger

/// A connection that reads, with the names that it has met: a name is a number in an event's row, and the same string is
/// shared by all events that it is read for.
final class ReadSession {
    let connection: SQLiteConnection
    private var streams = KnownNames<Int64, StreamName>()
    private var types = KnownNames<Int64, EventType>()
    // Events of one stream, and of one type, often follow each other.
    private var lastStream: (id: Int64, name: StreamName) = (0, "")
    private var lastType: (id: Int64, name: EventType) = (0, "")

    init(_ connection: SQLiteConnection) { self.connection = connection }

    func streamName(_ id: Int64) throws -> StreamName {
        if id == lastStream.id { return lastStream.name }
        let name = try knownStreamName(id)
        lastStream = (id, name)
        return name
    }

    private func knownStreamName(_ id: Int64) throws -> StreamName {
        if let name = streams[id] { return name }
        let name = StreamName(try text("SELECT name FROM streams WHERE id = ?1", id))
        streams[id] = name
        return name
    }

    func typeName(_ id: Int64) throws -> EventType {
        if id == lastType.id { return lastType.name }
        let name = try knownTypeName(id)
        lastType = (id, name)
        return name
    }

    private func knownTypeName(_ id: Int64) throws -> EventType {
        if let name = types[id] { return name }
        let name = EventType(try text("SELECT name FROM types WHERE id = ?1", id))
        types[id] = name
        return name
    }

    private func text(_ sql: String, _ id: Int64) throws -> String {
        guard let text = try connection.first(sql, [.integer(id)], { $0.text(0) }) else {
            throw LedgerError(
                .corrupt, "An event refers to a name that the ledger file lacks. Run 'verify' on a copy of it.")
        }
        return text
    }
}
