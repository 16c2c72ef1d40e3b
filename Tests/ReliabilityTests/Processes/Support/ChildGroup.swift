import EventLedger
import EventLedgerSQLite
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Runs `body` with a group of children. Afterwards, whatever happens, they have ended and their folder is gone.
func withChildren(_ body: (ChildGroup) async throws -> Void) async throws {
    let group = ChildGroup(folder: try TemporaryFolder())
    do {
        try await body(group)
    } catch {
        await group.end()
        throw error
    }
    await group.end()
}

/// A temporary folder with a ledger file, and the processes that work on it.
final class ChildGroup: Sendable {
    private let folder: TemporaryFolder
    private let children = Mutex<[ChildProcess]>([])
    private let started = Mutex(0)

    fileprivate init(folder: TemporaryFolder) { self.folder = folder }

    /// The ledger file.
    var path: String { folder.file() }

    /// Starts a child on the ledger file.
    ///
    /// - Parameters:
    ///   - settings: See `LedgerChild`; a name that no other child of the group has is added.
    ///   - limit: The most seconds that it lives.
    ///   - place: Where the ledger is, unless it is the group's file: a project.
    ///   - host: Where Firestore is then, unless it is where the environment says.
    func start(
        _ mode: String, _ settings: [String: Int] = [:], seed: UInt64 = 0, limit: Int = 120, in place: String? = nil,
        at host: String? = nil
    ) throws -> ChildProcess {
        let number = started.withLock { count in
            count += 1
            return count
        }
        let words =
            settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } + (host.map { ["host=\($0)"] } ?? [])
        let child = try ChildProcess(
            [mode, place ?? path, "name=\(Self.name(number))", "seed=\(seed)"] + words,
            errorsTo: folder.file("errors-\(number)"), limit: limit
        )
        children.withLock { $0.append(child) }
        return child
    }

    /// The name of the child that was started as the nth, counted from 1.
    static func name(_ number: Int) -> String { "child\(number)" }

    /// Opens the ledger file in this process while `body` runs.
    func withLedger<Value>(
        patience: Duration = .seconds(30), _ body: (SQLiteLedger) async throws -> Value
    ) async throws -> Value {
        // It looks often at what the children do.
        let options = SQLiteLedgerOptions(patience: patience, pollInterval: .milliseconds(5))
        let ledger = try await SQLiteLedger.open(path, options: options)
        let value: Value
        do {
            value = try await body(ledger)
        } catch {
            await ledger.close()
            throw error
        }
        await ledger.close()
        return value
    }

    /// Stops a process that is the only one to write, at a moment when it does not hold the ledger's lock.
    func stopAtRest(_ child: ChildProcess) async throws {
        let lock = try LedgerLock(ofLedger: path)
        var random = try TestRun.generator(0)
        for _ in 0..<1000 {
            await child.stop()
            if !lock.isTaken { return }
            child.send(SIGCONT)
            spin(upTo: 2000, using: &random)
        }
        Issue.record("The process never stood still without the lock.")
    }

    fileprivate func end() async {
        let all = children.withLock { $0 }
        for child in all { child.send(SIGKILL) }
        for child in all { _ = try? await child.ended() }
    }
}

/// Uses up to so many microseconds of a processor: a moment later, at no particular point of what another process does.
func spin(upTo microseconds: Int, using random: inout some RandomNumberGenerator) {
    let end = ContinuousClock.now + .microseconds(Int.random(in: 0...microseconds, using: &random))
    while ContinuousClock.now < end {}
}
