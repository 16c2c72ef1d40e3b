import CSQLite
import EventLedger

/// A prepared statement. It belongs to one connection and is used by whoever uses that connection.
final class SQLiteStatement {
    private let statement: OpaquePointer
    private let connection: SQLiteConnection.Handle

    init(_ sql: String, connection: SQLiteConnection.Handle) throws {
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(connection.pointer, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement else { throw connection.failure(code) }
        self.statement = statement
        self.connection = connection
    }

    deinit { sqlite3_finalize(statement) }

    // MARK: Binding, from 1

    func bind(_ value: Int64, at index: Int32) { sqlite3_bind_int64(statement, index, value) }

    func bind(_ value: Int64?, at index: Int32) {
        if let value { sqlite3_bind_int64(statement, index, value) } else { sqlite3_bind_null(statement, index) }
    }

    func bind(_ value: Double, at index: Int32) { sqlite3_bind_double(statement, index, value) }

    func bind(_ value: String?, at index: Int32) {
        guard var value else {
            sqlite3_bind_null(statement, index)
            return
        }
        value.withUTF8 { bytes in
            // An empty string's buffer may have no address, which SQLite would take for null.
            if let base = bytes.baseAddress {
                _ = base.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                    csqlite_bind_text(statement, index, $0, Int32(bytes.count))
                }
            } else {
                _ = csqlite_bind_text(statement, index, "", 0)
            }
        }
    }

    func bind(_ name: some LedgerName, at index: Int32) { bind(name.rawValue, at: index) }

    func bind(_ bytes: [UInt8]?, at index: Int32) {
        guard let bytes else {
            sqlite3_bind_null(statement, index)
            return
        }
        _ = bytes.withUnsafeBytes { csqlite_bind_blob(statement, index, $0.baseAddress, Int32($0.count)) }
    }

    func bind(_ hash: EventHash, at index: Int32) {
        _ = hash.withBytes { csqlite_bind_blob(statement, index, $0.baseAddress, Int32($0.count)) }
    }

    /// Binds bytes without copying them, for as long as a closure runs. The statement must be reset before it is used again,
    /// and not be run after the closure.
    func binding<Result>(_ bytes: [UInt8], at index: Int32, _ body: () throws -> Result) rethrows -> Result {
        try bytes.withUnsafeBytes {
            _ = csqlite_bind_blob_static(statement, index, $0.baseAddress, Int32($0.count))
            return try body()
        }
    }

    /// Binds a hash without copying it, for as long as a closure runs.
    func binding<Result>(_ hash: EventHash, at index: Int32, _ body: () throws -> Result) rethrows -> Result {
        try hash.withBytes {
            _ = csqlite_bind_blob_static(statement, index, $0.baseAddress, Int32($0.count))
            return try body()
        }
    }

    /// Binds an event's id without copying it, for as long as a closure runs: a UUID as its bytes, anything else as text.
    func binding<Result>(_ id: EventID, at index: Int32, _ body: () throws -> Result) rethrows -> Result {
        guard let uuid = id.uuid else { return try binding(name: id, at: index, body) }
        return try uuid.withBytes {
            _ = csqlite_bind_blob_static(statement, index, $0.baseAddress, Int32($0.count))
            return try body()
        }
    }

    /// Binds a name without copying it, for as long as a closure runs.
    private func binding<Result>(name: some LedgerName, at index: Int32, _ body: () throws -> Result) rethrows -> Result
    {
        var text = name.rawValue
        return try text.withUTF8 {
            // An empty string's buffer may have no address, which SQLite would take for null.
            if let base = $0.baseAddress {
                _ = csqlite_bind_text_static(
                    statement, index, UnsafeRawPointer(base).assumingMemoryBound(to: CChar.self), Int32($0.count)
                )
            } else {
                _ = csqlite_bind_text(statement, index, "", 0)
            }
            return try body()
        }
    }

    /// Binds arguments from the first on.
    func bindAll(_ values: [SQLiteValue]) {
        for (offset, value) in values.enumerated() {
            let index = Int32(offset + 1)
            switch value {
            case .null: sqlite3_bind_null(statement, index)
            case .integer(let value): bind(value, at: index)
            case .real(let value): bind(value, at: index)
            case .text(let value): bind(value, at: index)
            case .blob(let value): bind(value, at: index)
            }
        }
    }

    // MARK: Running

    /// Goes to the next row.
    ///
    /// - Returns: Whether there is one.
    func step() throws -> Bool {
        let code = sqlite3_step(statement)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        throw connection.failure(code)
    }

    func reset() { sqlite3_reset(statement) }

    // MARK: Columns, from 0

    func isNull(_ index: Int32) -> Bool { sqlite3_column_type(statement, index) == SQLITE_NULL }
    func int(_ index: Int32) -> Int64 { sqlite3_column_int64(statement, index) }
    func optionalInt(_ index: Int32) -> Int64? { isNull(index) ? nil : int(index) }
    func double(_ index: Int32) -> Double { sqlite3_column_double(statement, index) }

    func text(_ index: Int32) -> String {
        let count = Int(sqlite3_column_bytes(statement, index))
        guard count > 0, let text = sqlite3_column_text(statement, index) else { return "" }
        return String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
    }

    /// An event's id; see ``SQLiteValue/id(_:)``.
    func eventID(_ index: Int32) -> EventID {
        guard sqlite3_column_type(statement, index) == SQLITE_BLOB else { return EventID(text(index)) }
        return withBytes(index) { UUIDBits(copying: $0) }.map { EventID($0) } ?? EventID(text(index))
    }

    func optionalText(_ index: Int32) -> String? { isNull(index) ? nil : text(index) }

    func bytes(_ index: Int32) -> [UInt8] { withBytes(index) { [UInt8]($0) } }

    func withBytes<Result>(_ index: Int32, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        let start = sqlite3_column_blob(statement, index)
        return try body(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, index))))
    }
}

/// A value that is bound.
enum SQLiteValue {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    /// An event's id, as it is stored: a UUID in its canonical form as its 16 bytes, anything else as text.
    static func id(_ id: EventID) -> SQLiteValue {
        id.uuid.map { bits in .blob(bits.withBytes { [UInt8]($0) }) } ?? .text(id.rawValue)
    }
}
