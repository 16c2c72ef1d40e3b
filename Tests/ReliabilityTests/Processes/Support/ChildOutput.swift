import EventLedger
import Synchronization

/// The lines that a child has told so far, and a way to wait for more.
final class ChildOutput: Sendable {
    private struct State {
        var lines: [ChildLine] = []
        var counts: [String: Int] = [:]
        var rest: [UInt8] = []
        var isAtEnd = false
    }

    private let state = Mutex(State())
    private let signal = CommitSignal()

    /// Takes what was read. A line counts when it is whole.
    func take(_ bytes: some Sequence<UInt8>) {
        state.withLock { state in
            for byte in bytes {
                guard byte == UInt8(ascii: "\n") else {
                    state.rest.append(byte)
                    continue
                }
                let line = ChildLine(String(decoding: state.rest, as: UTF8.self))
                state.rest = []
                state.lines.append(line)
                state.counts[line.verb, default: 0] += 1
            }
        }
        signal.signal()
    }

    /// Nothing more will come.
    func end() {
        state.withLock { $0.isAtEnd = true }
        signal.signal()
    }

    var lines: [ChildLine] { state.withLock { $0.lines } }

    /// How many lines are about something.
    func count(_ verb: String) -> Int { state.withLock { $0.counts[verb] ?? 0 } }

    var acknowledgements: [Acknowledgement] { lines.compactMap { Acknowledgement($0) } }

    /// Waits for so many lines about something.
    ///
    /// - Returns: Whether they came; false where the child ended before.
    func wait(for count: Int, of verb: String) async throws -> Bool {
        try await wait { $0.count(verb) >= count }
    }

    /// Waits for a line.
    ///
    /// - Returns: Whether it came; false where the child ended before.
    func wait(forLine text: String) async throws -> Bool {
        try await wait { output in output.lines.contains { $0.description == text } }
    }

    /// Waits until there is no more to come.
    func waitForEnd() async throws {
        _ = try await wait { _ in false }
    }

    private func wait(until holds: (ChildOutput) -> Bool) async throws -> Bool {
        while true {
            let ticket = signal.ticket
            // Asked before looking: all lines are there once the end is.
            let isAtEnd = state.withLock { $0.isAtEnd }
            if holds(self) { return true }
            if isAtEnd { return false }
            try await signal.wait(since: ticket)
        }
    }
}
