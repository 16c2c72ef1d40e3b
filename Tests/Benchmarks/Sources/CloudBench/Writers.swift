/// Does numbered work by several tasks at once; each takes the next number when it is done with one.
///
/// - Parameters:
///   - count: How many numbers there are, from 0.
///   - writers: How many tasks.
///   - work: Does one number.
func inParallel(
    _ count: Int, by writers: Int, _ work: @escaping @Sendable (_ number: Int, _ writer: Int) async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<writers {
            let numbers = count * writer / writers..<count * (writer + 1) / writers
            group.addTask {
                for number in numbers { try await work(number, writer) }
            }
        }
        try await group.waitForAll()
    }
}
