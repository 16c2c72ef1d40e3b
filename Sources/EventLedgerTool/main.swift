import EventLedgerCommands

await CommandRunner.main(EventLedgerCommand.self)
