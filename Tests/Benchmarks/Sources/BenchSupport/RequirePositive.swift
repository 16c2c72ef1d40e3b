import ArgumentParser

/// Refuses a count that is not positive.
package func requirePositive(_ value: Int, _ option: String) throws {
    guard value >= 1 else { throw ValidationError("\(option) takes a number from 1.") }
}
