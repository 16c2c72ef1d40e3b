/// A row that could not be measured.
struct BenchmarkFailure: Error, CustomStringConvertible {
    /// What happened, and what to do.
    let description: String

    init(_ description: String) { self.description = description }
}
