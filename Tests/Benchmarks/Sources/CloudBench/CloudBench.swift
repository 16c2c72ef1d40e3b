import ArgumentParser

/// Measures one thing about the adapters to Google Cloud and prints what it took.
@main
struct CloudBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cloud-bench",
        abstract: "Measures one row of the comparison on Google Cloud's emulators.",
        discussion: """
            The last line of the output is a JSON object: how many operations there were, how many seconds and how much \
            processor time they took. Starting and preparing are not in the time. Where the services are is read from \
            the environment that 'Tests/Support/gcp/services start' prints.

            EXAMPLES:
              cloud-bench transport --url http://127.0.0.1:8080/ --requests 20000 --in-flight 16
              cloud-bench append --project try-1 --commits 20000 --writers 64
              cloud-bench cost --project try-2 --users 100 --searches 20
            """,
        subcommands: [
            TransportRow.self, AppendRow.self, PrepareRow.self, ReadRow.self, PublishRow.self, PrepareCopyRow.self,
            ReadCopyRow.self, TasksRow.self, CostRow.self, AppendLimitRow.self, ReadLimitRow.self,
        ])
}
