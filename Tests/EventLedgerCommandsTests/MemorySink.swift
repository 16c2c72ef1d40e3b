import EventLedger
import EventLedgerCommands
import Synchronization

/// Keeps what was written.
final class MemorySink: OutputSink {
    private let bytes = Mutex<[UInt8]>([])

    func write(_ new: [UInt8]) throws { bytes.withLock { $0 += new } }

    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
}

/// Nobody reads.
struct BrokenSink: OutputSink {
    func write(_ bytes: [UInt8]) throws { throw ClosedPipe() }
}

/// Gives bytes in small pieces, so that lines fall apart.
final class MemorySource: ByteSource {
    private let rest: Mutex<ArraySlice<UInt8>>
    private let pieceSize: Int

    init(_ text: String, pieceSize: Int = 7) {
        rest = Mutex(Array(text.utf8)[...])
        self.pieceSize = pieceSize
    }

    func next() async throws -> [UInt8]? {
        rest.withLock { rest in
            let piece = Array(rest.prefix(pieceSize))
            rest = rest.dropFirst(pieceSize)
            return piece.isEmpty ? nil : piece
        }
    }
}
