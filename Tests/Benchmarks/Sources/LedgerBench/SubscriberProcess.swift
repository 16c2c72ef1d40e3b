import BenchSupport
import Dispatch
import EventLedger

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// This program once more, subscribing to a ledger. It ends when its standard input does, so it never outlives this
/// process.
struct SubscriberProcess {
    /// What it delivers; the stream ends with the process.
    let deliveries: AsyncStream<Delivery>
    private let input: Int32

    init(ledger: String) throws {
        let (deliveries, continuation) = AsyncStream.makeStream(of: Delivery.self)
        let toChild = try Self.makePipe(), fromChild = try Self.makePipe()
        let id = try Self.spawn(
            ["wake-subscriber", "--ledger", ledger], input: toChild.read, output: fromChild.write,
            closing: [toChild.read, toChild.write, fromChild.read, fromChild.write]
        )
        close(toChild.read)
        close(fromChild.write)
        self.deliveries = deliveries
        input = toChild.write
        // Reading blocks, so a thread of its own does it.
        DispatchQueue(label: "ledger-bench.subscriber").async {
            Self.readLines(fromChild.read) { line in
                if let delivery = try? JSONText(line).decode(Delivery.self) { continuation.yield(delivery) }
            }
            close(fromChild.read)
            var status: Int32 = 0
            waitpid(id, &status, 0)
            continuation.finish()
        }
    }

    /// Lets the process end.
    func end() { close(input) }

    private static func makePipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw BenchmarkFailure("No pipe can be made (error \(errno)).") }
        return (ends[0], ends[1])
    }

    private static func spawn(
        _ arguments: [String], input: Int32, output: Int32, closing: [Int32]
    ) throws -> pid_t {
        #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        #else
        var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        for descriptor in closing { posix_spawn_file_actions_addclose(&actions, descriptor) }
        #if os(Linux)
        let program = "/proc/self/exe"
        #else
        let program = CommandLine.arguments[0]
        #endif
        let words = ([CommandLine.arguments[0]] + arguments).map { strdup($0) }
        let environment = ProcessInfo.processInfo.environment.map { strdup("\($0.key)=\($0.value)") }
        defer { for text in words + environment { free(text) } }
        var id: pid_t = 0
        let failure = posix_spawn(&id, program, &actions, nil, words + [nil], environment + [nil])
        guard failure == 0 else { throw BenchmarkFailure("The other process cannot be started (error \(failure)).") }
        return id
    }

    /// Reads lines until the end.
    private static func readLines(_ descriptor: Int32, _ take: ([UInt8]) -> Void) {
        var pending: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            for byte in buffer[..<count] {
                if byte == UInt8(ascii: "\n") {
                    take(pending)
                    pending.removeAll(keepingCapacity: true)
                } else {
                    pending.append(byte)
                }
            }
        }
    }
}
