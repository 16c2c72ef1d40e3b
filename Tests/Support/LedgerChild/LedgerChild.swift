/// A process that works on a ledger and is killed, stopped or watched by the reliability tests.
@main struct LedgerChild {
    static func main() {}
}
