/// A row that could not be measured.
package struct BenchmarkFailure: Error, CustomStringConvertible {
    /// What happened, and what to do.
    package let description: String

    package init(_ description: String) { self.description = description }
}
