import EventLedger
import Synchronization

@testable import EventLedgerGCP

/// Documents in memory, changed as Firestore's are: on the condition that nobody has written them since they were read.
final class MemoryTaskDatabase: FirestoreTaskDatabase {
    private struct State {
        var documents: [String: FirestoreDocument] = [:]
        var writes = 0
        var failing = 0
    }

    private let state = Mutex(State())

    /// All documents whose path holds a text.
    func documents(in part: String) -> [FirestoreDocument] {
        state.withLock { state in state.documents.values.filter { $0.path.contains(part) } }
    }

    /// Lets so many changes fail before they are made.
    func fail(_ count: Int) { state.withLock { $0.failing = count } }

    func change<Result: Sendable>(
        _ paths: [String], _ body: @Sendable (inout FirestoreWorkspace) throws -> Result
    ) async throws -> Result {
        let fails = state.withLock { state in
            guard state.failing > 0 else { return false }
            state.failing -= 1
            return true
        }
        if fails { throw LedgerError(.unavailable, "The database is away for a test.") }
        while true {
            var workspace = FirestoreWorkspace()
            workspace.load(paths, from: snapshot())
            let result: Result
            do {
                result = try apply(body, to: &workspace)
            }
            if commit(workspace.writes) { return result }
            await Task.yield()
        }
    }

    func documents(
        of query: FirestoreQuery, below root: String, at instant: String?
    ) async throws -> [FirestoreDocument] {
        let found = documents(in: "\(root)/\(query.collection)/").filter { query.matches($0) }
        return Array(found.sorted { query.precedes($0, $1) }.prefix(query.limit ?? .max))
    }

    func count(of query: FirestoreQuery, below root: String, at instant: String?) async throws -> Int {
        try await documents(of: query, below: root, at: instant).count
    }

    func instant(below root: String) async throws -> String { "" }

    private func snapshot() -> [String: FirestoreDocument] { state.withLock { $0.documents } }

    private func apply<Result>(
        _ body: (inout FirestoreWorkspace) throws -> Result, to base: inout FirestoreWorkspace
    ) throws -> Result {
        while true {
            var workspace = base
            do {
                let result = try body(&workspace)
                base = workspace
                return result
            } catch let unread as FirestoreWorkspace.Unread {
                base.load(unread.paths, from: snapshot())
            }
        }
    }

    /// - Returns: Whether all preconditions held.
    private func commit(_ writes: [FirestoreWrite]) -> Bool {
        state.withLock { state in
            for write in writes {
                let known = state.documents[write.path]
                let holds =
                    switch write.precondition {
                    case .exists(let exists): (known != nil) == exists
                    case .updateTime(let time): known?.updateTime == time
                    case nil: true
                    }
                if !holds { return false }
            }
            for write in writes {
                state.writes += 1
                switch write.change {
                case .set(let fields):
                    state.documents[write.path] = FirestoreDocument(
                        path: write.path, fields: fields, updateTime: "\(state.writes)")
                case .update: return false
                case .delete: state.documents[write.path] = nil
                }
            }
            return true
        }
    }
}
