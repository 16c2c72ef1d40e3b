import Dispatch
import EventLedger
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The process that started this one: it is told lines, its words are heard, and when it goes this one goes too.
final class Parent: Sendable {
    private let words = Mutex<Set<String>>([])
    private let signal = CommitSignal()
    private let lines = AsyncStream.makeStream(of: String.self)

    /// All that the parent says, in order; for one reader.
    var requests: AsyncStream<String> { lines.stream }

    /// Hears words from now on, on a thread of its own.
    func listen() {
        DispatchQueue(label: "ledger-child.parent").async { [self] in
            var buffer = [UInt8](repeating: 0, count: 256)
            var line: [UInt8] = []
            while true {
                let count = read(0, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { _exit(3) }
                for byte in buffer.prefix(count) {
                    guard byte == UInt8(ascii: "\n") else {
                        line.append(byte)
                        continue
                    }
                    hear(String(decoding: line, as: UTF8.self))
                    line = []
                }
            }
        }
    }

    private func hear(_ word: String) {
        words.withLock { _ = $0.insert(word) }
        signal.signal()
        lines.continuation.yield(word)
    }

    /// Whether the parent has said a word.
    func hasSaid(_ word: String) -> Bool { words.withLock { $0.contains(word) } }

    /// Waits until the parent says a word.
    func wait(for word: String) async throws {
        while true {
            let ticket = signal.ticket
            if hasSaid(word) { return }
            try await signal.wait(since: ticket)
        }
    }

    /// Tells a line, with one call to the system and no buffer: what was told before the process died is there, and whole.
    func tell(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        while true {
            let count = write(1, bytes, bytes.count)
            if count < 0, errno == EINTR { continue }
            guard count == bytes.count else { _exit(4) }
            return
        }
    }

    /// Does something until it no longer runs into a timeout or a store that is away, and tells of each.
    func insisting<Value>(on what: String, _ body: () async throws -> Value) async throws -> Value {
        while true {
            do {
                return try await body()
            } catch let error as LedgerError where error.code == .timeout || error.code == .unavailable {
                tell("refused \(what) \(error.code)")
            }
        }
    }

    /// Says on the error output why the process cannot go on.
    static func complain(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = write(2, bytes, bytes.count)
    }
}
