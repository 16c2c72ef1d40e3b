import EventLedger
import EventLedgerSQLite
import Foundation

extension DecoderProperty {
    /// A ledger file with other bytes at its beginning, where SQLite keeps what the file is: it is a ledger, or it is refused
    /// with an error that says why; and what is no ledger, or a newer one, is left as it is.
    ///
    /// The first byte says what is opened: where it is even, a file of only the other bytes, else a ledger that begins with
    /// them.
    static func checkLedgerFile(_ bytes: [UInt8]) async throws {
        guard let first = bytes.first else { return }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("eventledger-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("ledger.sqlite")
        var content = [UInt8](bytes.dropFirst())
        if first % 2 == 1 { content += try await LedgerFileTemplate.shared.bytes().dropFirst(content.count) }
        try Data(content).write(to: file)

        for mode in [SQLiteLedgerOptions.Mode.readOnly, .existing, .create] {
            guard let refusal = try await Self.refusal(of: file.path, mode) else { continue }
            try hold(!refusal.message.isEmpty, "The refusal says nothing.")
            let isAlone = refusal.code == .schemaTooNew || !Self.isLedger(content)
            try hold(
                !isAlone || (try [UInt8](Data(contentsOf: file))) == content, "A file that was refused was changed.")
        }
    }

    /// Why a file cannot be opened and read; `nil` where it can.
    private static func refusal(of path: String, _ mode: SQLiteLedgerOptions.Mode) async throws -> LedgerError? {
        let options = SQLiteLedgerOptions(mode: mode, patience: .milliseconds(100), readers: 1)
        let ledger: SQLiteLedger
        do { ledger = try await SQLiteLedger.open(path, options: options) } catch let error as LedgerError {
            return error
        }
        var refusal: LedgerError?
        do {
            _ = try await ledger.page(.all.limit(10))
            _ = try await ledger.page(.all.backwards.limit(10))
            _ = try await ledger.statistics()
        } catch let error as LedgerError {
            refusal = error
        }
        await ledger.close()
        return refusal
    }

    /// Whether the bytes say that they are a ledger: SQLite's file format, 1.3.16, keeps the application id at offset 68.
    private static func isLedger(_ content: [UInt8]) -> Bool {
        content.count >= 100 && content.starts(with: "SQLite format 3\0".utf8)
            && content[68..<72].elementsEqual("EVLG".utf8)
    }
}

/// The bytes of a small ledger, made once.
private actor LedgerFileTemplate {
    static let shared = LedgerFileTemplate()
    private var made: [UInt8]?

    func bytes() async throws -> [UInt8] {
        if let made { return made }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("eventledger-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("ledger.sqlite").path
        let ledger = try await SQLiteLedger.open(path)
        try await ledger.commit {
            $0.append(contentsOf: [NewEvent(type: "fuzzed", data: .emptyObject, tags: ["tag"])], to: "stream-1")
        }
        try await ledger.checkpoint()
        await ledger.close()
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        made = bytes
        return bytes
    }
}
