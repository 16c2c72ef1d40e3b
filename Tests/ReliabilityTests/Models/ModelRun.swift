import EventLedger
import EventLedgerInMemory
import EventLedgerTesting

/// What is compared with the model: a store that can be opened several times.
protocol ModelSubject: Sendable {
    func open() async throws -> any LeasingLedger
    func close(_ ledger: any LeasingLedger) async
    /// Does what the store does from time to time to keep itself in order.
    func checkpoint(_ ledger: any LeasingLedger) async throws
}

/// Makes an empty store that takes its time from a clock.
typealias ModelSubjectMaker = @Sendable (TestClock, ModelProfile) async throws -> any ModelSubject

/// Where the model and the ledger under test first said different things.
struct ModelDisagreement: Sendable, CustomStringConvertible {
    /// Failures of one kind are taken for the same failure.
    let kind: String
    /// How many steps were carried out.
    let steps: Int
    let place: String
    let expected: String
    let found: String

    var description: String { "\(place)\n  expected: \(expected)\n  found:    \(found)" }
}

/// Carries steps out on the ledger in memory, which is the model, and on a ledger under test, and compares what both
/// say.
struct ModelRun: Sendable {
    let profile: ModelProfile
    let makeSubject: ModelSubjectMaker

    /// After so many steps all that the ledgers hold is compared.
    private static let stepsBetweenStates = 20

    func firstDisagreement(_ commands: [ModelCommand]) async throws -> ModelDisagreement? {
        let clock = TestClock()
        let model = InMemoryLedger(clock: clock, commitRetention: profile.commitRetention)
        let subject = try await makeSubject(clock, profile)
        var handles = [try await subject.open(), try await subject.open()]
        let result: Result<ModelDisagreement?, any Error>
        do {
            result = .success(try await compare(commands, clock, model, subject, &handles))
        } catch {
            result = .failure(error)
        }
        for handle in handles { await subject.close(handle) }
        return try result.get()
    }

    private func compare(
        _ commands: [ModelCommand], _ clock: TestClock, _ model: InMemoryLedger, _ subject: any ModelSubject,
        _ handles: inout [any LeasingLedger]
    ) async throws -> ModelDisagreement? {
        var modelSide = ModelSide(profile: profile), subjectSide = ModelSide(profile: profile)
        for (index, command) in commands.enumerated() {
            switch command.action {
            case .reopen:
                await subject.close(handles[command.handle])
                handles[command.handle] = try await subject.open()
            case .checkpoint: try await subject.checkpoint(handles[command.handle])
            case .setBack(let seconds): clock.advance(by: .seconds(-seconds))
            case .advance(let seconds, _): clock.advance(by: .seconds(seconds))
            default: break
            }
            let facts = try await ModelFacts(of: model)
            let letters = try await letters(of: model)
            let expected = await modelSide.perform(command, on: model, facts: facts, letters: letters)
            let found = await subjectSide.perform(
                command, on: handles[command.handle], facts: facts, letters: letters)
            guard expected.isByteEqual(to: found) else {
                return ModelDisagreement(
                    kind: command.action.kind, steps: index + 1, place: "\(command)", expected: expected, found: found
                )
            }
            guard (index + 1).isMultiple(of: Self.stepsBetweenStates) || index == commands.count - 1 else { continue }
            if let disagreement = try await compareStates(model, handles, steps: index + 1) { return disagreement }
        }
        return nil
    }

    private func compareStates(
        _ model: InMemoryLedger, _ handles: [any LeasingLedger], steps: Int
    ) async throws -> ModelDisagreement? {
        let expected = try await ModelState.lines(of: model, profile)
        for (number, handle) in handles.enumerated() {
            let found = try await ModelState.lines(of: handle, profile)
            for index in 0..<max(expected.count, found.count) {
                let one = index < expected.count ? expected[index] : "nothing more"
                let other = index < found.count ? found[index] : "nothing more"
                guard !one.isByteEqual(to: other) else { continue }
                return ModelDisagreement(
                    kind: "state, \(one.prefix { $0 != ":" })", steps: steps,
                    place: "the state that ledger \(number) shows after \(steps) steps", expected: one, found: other
                )
            }
        }
        return nil
    }

    private func letters(of model: InMemoryLedger) async throws -> [DeadLetterID] {
        try await model.deadLetters.letters(DeadLetterQuery(), limit: 1000).map(\.id).sorted()
    }
}
