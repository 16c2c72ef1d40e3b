import EventLedger
import EventLedgerInMemory
import Testing

/// How long commits are remembered is each backend's own setting, so the conformance suite cannot know it.
struct ReceiptRetentionTests {
    let clock = StepClock()
    let ledger: InMemoryLedger

    init() { ledger = InMemoryLedger(clock: clock, commitRetention: .seconds(60)) }

    private func event(_ id: EventID, _ data: String = "{}") throws -> NewEvent {
        NewEvent(type: "thing.happened", data: try JSONText(data), id: id)
    }

    private func commit(_ id: CommitID, _ events: [NewEvent], to stream: StreamName = "thing-1") -> Commit {
        var commit = Commit(id: id)
        commit.append(contentsOf: events, to: stream)
        return commit
    }

    @Test func aCommitIsRecognisedByItsIDWhileItIsRemembered() async throws {
        let first = try await ledger.commit(commit("c", [try event("a")]))
        clock.step(.seconds(59))
        let again = try await ledger.commit(commit("c", [try event("b")]))
        #expect(again.isDuplicate)
        #expect(again.position == first.position)
        #expect(try await ledger.head() == Checkpoint(1))
    }

    @Test func aForgottenIDCanBeUsedAgain() async throws {
        _ = try await ledger.commit(commit("c", [try event("a")]))
        clock.step(.seconds(60))
        let second = try await ledger.commit(commit("c", [try event("b")]))
        #expect(!second.isDuplicate)
        #expect(second.firstPosition == 2)
        // It is remembered from now on, although the first one of its id was forgotten.
        clock.step(.seconds(59))
        let again = try await ledger.commit(commit("c", [try event("x")]))
        #expect(again.isDuplicate)
        #expect(again.firstPosition == 2)
    }

    @Test func theReceiptOfAForgottenCommitIsMadeOfItsEvents() async throws {
        var original = commit("c", [try event("a"), try event("b")])
        original.append(contentsOf: [try event("c")], to: "thing-2")
        original.append(contentsOf: [try event("d")], to: "thing-1")
        original.enqueue(NewTask(kind: "work", payload: .emptyObject, named: "t", in: "q"))
        let first = try await ledger.commit(original)
        _ = try await ledger.commit(commit("next", [try event("e")]))
        clock.step(.seconds(3600))

        let again = try await ledger.commit(original)
        #expect(again.isDuplicate)
        #expect(again.commitID == first.commitID)
        #expect(again.firstPosition == first.firstPosition)
        #expect(again.position == first.position)
        #expect(again.recordedAt == first.recordedAt)
        #expect(again.streams == first.streams)
        #expect(try await ledger.head() == Checkpoint(5))
    }

    @Test func eventsOfAForgottenCommitBringTheIDTheyAreSentWith() async throws {
        var original = commit("c", [try event("a")])
        original.enqueue(NewTask(kind: "work", payload: .emptyObject, named: "t", in: "q"))
        _ = try await ledger.commit(original)
        let renamed = commit("d", [try event("a")])
        #expect(try await ledger.commit(renamed).commitID == "c")
        #expect(try await ledger.commit(renamed).tasks.count == 1)
        clock.step(.seconds(60))
        let again = try await ledger.commit(renamed)
        #expect(again.isDuplicate)
        #expect(again.commitID == "d")
        #expect(again.tasks.isEmpty)
    }

    @Test func eventsOfTwoForgottenCommitsOfOneIDAreNotOneCommit() async throws {
        _ = try await ledger.commit(commit("c", [try event("a")]))
        clock.step(.seconds(3600))
        _ = try await ledger.commit(commit("c", [try event("b")]))
        clock.step(.seconds(3600))
        let both = commit("d", [try event("a"), try event("b")])
        let error = await #expect(throws: LedgerError.self) { try await ledger.commit(both) }
        #expect(error?.code == .eventIDReused)
    }

    @Test func emptyCommitsAreForgottenToo() async throws {
        let first = try await ledger.commit(Commit(id: "empty"))
        #expect(try await ledger.commit(Commit(id: "empty")).isDuplicate)
        clock.step(.seconds(60))
        let second = try await ledger.commit(Commit(id: "empty"))
        #expect(!second.isDuplicate)
        #expect(second.recordedAt > first.recordedAt)
    }
}
