import EventLedgerTesting
import TestSupport
import Testing

extension ChildGroup {
    /// Kills a process that commits, after some acknowledgements and a moment more.
    ///
    /// - Parameters:
    ///   - mode: What the process does.
    ///   - settings: How, made for each process.
    ///   - place: Where the ledger is, unless it is the group's file: a project.
    ///   - isWitnessed: Whether another process is at work beside it, which has to go on.
    ///   - count: So many acknowledgements are waited for.
    ///   - beginning: What is waited for where these are none: what the process says before its first one.
    ///   - moment: The most microseconds that it lives on.
    /// - Returns: What was acknowledged.
    func killOne(
        _ mode: String, _ settings: (inout SeededGenerator) -> [String: Int], in place: String? = nil,
        isWitnessed: Bool, after count: Int, or beginning: String, moment: Int, using random: inout SeededGenerator
    ) async throws -> [Acknowledgement] {
        var witness: ChildProcess?
        if isWitnessed {
            let words = settings(&random)
            let other = try start(mode, words, seed: random.next(), in: place)
            let works = try await other.output.wait(for: 1, of: "ack")
            try #require(works, "The other process ended early: \(TestRun.hint)")
            witness = other
        }

        let words = settings(&random)
        let child = try start(mode, words, seed: random.next(), in: place)
        let isAlive = try await child.output.wait(for: max(1, count), of: count == 0 ? beginning : "ack")
        spin(upTo: moment, using: &random)
        let ending = try await child.killed()
        try #require(isAlive && ending.status == -9, "\(ending.summary), \(TestRun.hint)")
        guard let witness else { return child.output.acknowledgements }

        // The other one goes on, and has noticed nothing but a wait.
        let seen = witness.output.count("ack")
        let goesOn = try await witness.output.wait(for: seen + 3, of: "ack")
        witness.say("stop")
        let end = try await witness.succeeded()
        #expect(goesOn && witness.output.count("refused") == 0, "\(end.summary), \(TestRun.hint)")
        return child.output.acknowledgements + witness.output.acknowledgements
    }
}
