import EventLedger
import TestSupport

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Runs an errand in the manner that it asks for.
struct ErrandHandler: TaskHandler {
    let parent: Parent
    let worker: String

    func handle(_ errand: ChildErrands.Errand, in context: TaskContext) async throws -> TaskOutcome {
        parent.tell("begin \(errand.name) \(context.attempt)")
        switch errand.manner {
        case .plain: break
        case .waitsAtFirst: if context.attempt == 1 { try await parent.wait(for: "go") }
        case .waits: try await parent.wait(for: "go")
        case .deadly: kill(getpid(), SIGKILL)
        }
        return .done(try ChildErrands.commit(errand.name, attempt: context.attempt, by: worker))
    }
}

/// Runs the second stage of an errand.
struct NextErrandHandler: TaskHandler {
    let worker: String

    func handle(_ errand: ChildErrands.NextErrand, in context: TaskContext) async throws -> TaskOutcome {
        .done(try ChildErrands.nextCommit(errand.name, attempt: context.attempt, by: worker))
    }
}
