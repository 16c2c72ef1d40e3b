import EventLedger

/// Writes results for machines.
public enum Output {
    /// Prints a value as one line of JSON.
    ///
    /// - Parameter value: the value.
    /// - Throws: `LedgerError` with `encodingFailed`.
    public static func json(_ value: some Encodable) throws {
        print(try JSONText(encoding: value).text)
    }
}
