import ArgumentParser
import BenchSupport
import Dispatch
import EventLedger
import EventLedgerSQLite

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The other process of ``WakeRow``: writes a line of JSON for each delivery, until its standard input ends.
struct WakeSubscriberRow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wake-subscriber",
        abstract: "Subscribes for the row 'wake' of another process, until standard input ends.",
        shouldDisplay: false)

    @OptionGroup var file: LedgerFile

    func run() async throws {
        let ledger = try await file.open()
        endWithStandardInput()
        try await Delivery.report(from: ledger) { delivery in
            // A line is far shorter than what a pipe takes at once.
            let line = try JSONText(encoding: delivery).bytes + [UInt8(ascii: "\n")]
            guard write(STDOUT_FILENO, line, line.count) == line.count else {
                throw BenchmarkFailure("The deliveries cannot be written (error \(errno)).")
            }
        }
    }
}

/// Ends the process as soon as its standard input ends, with which the other process died or has seen enough.
private func endWithStandardInput() {
    // Reading blocks, so a thread of its own does it.
    DispatchQueue(label: "ledger-bench.input").async {
        var byte: UInt8 = 0
        _ = read(STDIN_FILENO, &byte, 1)
        exit(0)
    }
}
