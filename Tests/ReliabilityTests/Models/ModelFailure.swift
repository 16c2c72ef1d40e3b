import EventLedger
import TestSupport

/// A run that failed, and the short list of steps that fails in the same way.
struct ModelFailure: Sendable, CustomStringConvertible {
    let profile: ModelProfile
    let seed: UInt64
    let commands: [ModelCommand]
    let disagreement: ModelDisagreement

    /// Makes the steps of a seed, carries them out, and makes the list shorter where it fails.
    ///
    /// - Parameters:
    ///   - count: How many steps.
    ///   - attempts: How many shorter lists are tried at the most.
    /// - Returns: `nil` where model and subject agree.
    static func find(
        _ profile: ModelProfile, seed: UInt64, steps count: Int, attempts: Int = 400,
        _ makeSubject: @escaping ModelSubjectMaker
    ) async throws -> ModelFailure? {
        let run = ModelRun(profile: profile, makeSubject: makeSubject)
        var generator = CommandGenerator(profile: profile, seed: seed)
        let commands = generator.commands(count)
        guard let first = try await run.firstDisagreement(commands) else { return nil }
        let kind = first.kind
        let shortest = try await Shrinking.shortest(of: Array(commands.prefix(first.steps)), attempts: attempts) {
            try await run.firstDisagreement($0)?.kind == kind
        }
        let last = try await run.firstDisagreement(shortest)
        return ModelFailure(profile: profile, seed: seed, commands: shortest, disagreement: last ?? first)
    }

    var description: String {
        """
        The ledger and the model disagree in a run '\(profile)'. \(TestRun.hint(seed)) repeats it; \
        \(commands.count) steps are enough:
          \(commands.map(\.description).joined(separator: "\n  "))
        \(disagreement)
        """
    }
}
