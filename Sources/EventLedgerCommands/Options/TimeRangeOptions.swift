import ArgumentParser
import EventLedger

/// A range of time.
struct TimeRangeOptions: ParsableArguments {
    @Option(
        name: .long, help: ArgumentHelp("At or after this time, RFC 3339 or a date.", valueName: "time"),
        transform: ArgumentText.time
    )
    var since: Timestamp?

    @Option(
        name: .long, help: ArgumentHelp("Before this time, RFC 3339 or a date.", valueName: "time"),
        transform: ArgumentText.time
    )
    var until: Timestamp?

    /// Whether nothing is left out.
    var isEmpty: Bool { since == nil && until == nil }

    func validate() throws {
        if let since, let until, since > until { throw ValidationError("--since is later than --until.") }
    }
}
