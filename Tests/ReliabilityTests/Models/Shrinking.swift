/// Makes a failing list shorter (delta debugging: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing
/// Input", 2002).
enum Shrinking {
    /// - Parameters:
    ///   - list: A list that fails.
    ///   - attempts: How many shorter lists are tried at the most.
    ///   - fails: Whether a list fails in the same way.
    /// - Returns: A list that fails and, unless the attempts ran out, does not fail without any one of its elements.
    static func shortest<Element: Sendable>(
        of list: [Element], attempts: Int, _ fails: ([Element]) async throws -> Bool
    ) async rethrows -> [Element] {
        var shortest = list
        var chunk = max(1, list.count / 2)
        var attempt = 0
        while true {
            var start = 0
            var hasShrunk = false
            while start < shortest.count, attempt < attempts {
                attempt += 1
                var shorter = shortest
                shorter.removeSubrange(start..<min(start + chunk, shortest.count))
                if try await fails(shorter) {
                    shortest = shorter
                    hasShrunk = true
                } else {
                    start += chunk
                }
            }
            if attempt >= attempts || (chunk == 1 && !hasShrunk) { return shortest }
            if !hasShrunk || chunk > shortest.count { chunk = max(1, chunk / 2) }
        }
    }
}
