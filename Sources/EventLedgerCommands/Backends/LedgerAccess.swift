/// How a command uses a ledger.
public enum LedgerAccess: Sendable {
    /// It is made where there is none.
    case create
    /// It must be there.
    case existing
    /// It must be there, and is only read.
    case readOnly
}
