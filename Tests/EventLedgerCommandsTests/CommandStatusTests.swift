import EventLedger
import EventLedgerCommands
import Testing

@Suite struct CommandStatusTests {
    @Test(arguments: [
        (LedgerError.Code.conflict, CommandStatus.negative), (.eventIDReused, .negative), (.notFound, .negative),
        (.invalidName, .usage), (.invalidValue, .usage), (.limitExceeded, .usage), (.unavailable, .unavailable),
        (.corrupt, .unavailable), (.schemaTooNew, .unavailable), (.readOnly, .unavailable), (.diskFull, .unavailable),
        (.timeout, .unavailable), (LedgerError.Code("something-new"), .unavailable),
    ])
    func followsFromTheCode(_ code: LedgerError.Code, _ status: CommandStatus) {
        #expect(CommandStatus(LedgerError(code, "It is so.")) == status)
    }

    @Test func isThatOfAFailure() {
        #expect(CommandStatus(CommandFailure(.negative, "No.")) == .negative)
    }
}
