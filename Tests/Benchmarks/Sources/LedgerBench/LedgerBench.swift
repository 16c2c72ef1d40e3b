import ArgumentParser

/// Measures one thing about a ledger and prints what it took.
@main
struct LedgerBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger-bench",
        abstract: "Measures one row of the comparison.",
        discussion: """
            The last line of the output is a JSON object: how many operations there were and how many seconds they \
            took. Opening, closing and preparing are not in the time.

            EXAMPLES:
              ledger-bench append --ledger /data/a.sqlite --events 200000
              ledger-bench prepare --ledger /data/b.sqlite --events 1000000
              ledger-bench read-all --ledger /data/b.sqlite
            """,
        subcommands: [
            AppendRow.self, AppendSingleRow.self, AppendConcurrentRow.self, PrepareRow.self, AppendMoreRow.self,
            AppendConditionalRow.self, ReadAllRow.self, ReadStreamRow.self, ReadTagRow.self, ReplayRow.self,
            EnqueueRow.self, WorkRow.self, WaitingRow.self, WakeRow.self, WakeSubscriberRow.self, HashRow.self,
            SealRow.self,
        ])
}
