import ArgumentParser
import EventLedger
import Logging

/// What happens to events that a projection cannot apply.
struct FailureOptions: ParsableArguments {
    @Flag(
        name: .long, help: "Go on without events that cannot be applied; they are recorded as dead letters and counted."
    )
    var skipFailed = false

    var policy: FailurePolicy { skipFailed ? .skip : .stop }

    /// A command says what failed in one line of its own.
    var logger: Logger { Logger(label: "eventledger.commands") { _ in SwiftLogNoOpLogHandler() } }
}
