import Dispatch
import EventLedger
import Synchronization

/// Wakes whoever waits for events or tasks: at once for commits of this process, and within the poll interval for those of
/// others, which a connection of its own looks for only while somebody waits.
final class LedgerSignals: Sendable {
    private struct Watch {
        var watchers = 0
        var isRunning = false
        var isClosed = false
    }

    let events = CommitSignal()
    let tasks = CommitSignal()
    private let knownHead = Mutex<Int64>(0)
    private let watch = Mutex(Watch())
    private let queue = DispatchQueue(label: "eventledger.watcher")
    private let interval: Duration
    private let look: ChangeLook

    /// - Parameters:
    ///   - interval: How often to look for changes by others.
    ///   - open: Opens the connection to look with.
    init(interval: Duration, open: @escaping @Sendable () throws -> ReadSession) {
        self.interval = interval
        look = ChangeLook(open: open)
    }

    /// The last position that this process knows of.
    var head: Int64 { knownHead.withLock { $0 } }

    /// Notes what was committed, by whomever, and wakes who waits for it.
    func note(head: Int64, changedTasks: Bool) {
        let isNew = knownHead.withLock { known in
            defer { known = max(known, head) }
            return head > known
        }
        if isNew { events.signal() }
        if changedTasks { tasks.signal() }
    }

    /// Looks for changes by others while a closure runs.
    func watching<Value>(_ body: () async throws -> Value) async throws -> Value {
        let starts = watch.withLock { watch in
            watch.watchers += 1
            guard !watch.isRunning, !watch.isClosed else { return false }
            watch.isRunning = true
            return true
        }
        if starts { schedule() }
        defer { watch.withLock { $0.watchers -= 1 } }
        return try await body()
    }

    var isClosed: Bool { watch.withLock { $0.isClosed } }

    /// Ends all waiting.
    func close() {
        watch.withLock { $0.isClosed = true }
        events.signal()
        tasks.signal()
        queue.async { [look] in look.close() }
    }

    private func schedule() {
        queue.asyncAfter(deadline: .now() + .microseconds(Int(clamping: interval.wholeMicroseconds))) { [weak self] in
            self?.lookOnce()
        }
    }

    private func lookOnce() {
        if let head = look.headIfChanged() { note(head: head, changedTasks: true) }
        let goesOn = watch.withLock { watch in
            watch.isRunning = watch.watchers > 0 && !watch.isClosed
            return watch.isRunning
        }
        if goesOn { schedule() }
    }
}

/// Sees whether the file was changed since the last look.
///
/// It is `@unchecked Sendable` because its connection is not Sendable. The invariant: it is only used on the queue of
/// ``LedgerSignals``, which is serial.
private final class ChangeLook: @unchecked Sendable {
    private let open: @Sendable () throws -> ReadSession
    private var session: ReadSession?
    private var version: Int64 = -1

    init(open: @escaping @Sendable () throws -> ReadSession) { self.open = open }

    /// The head, where any other connection has committed since the last look. A look that fails is tried again next time.
    func headIfChanged() -> Int64? {
        do {
            let session = try self.session ?? open()
            self.session = session
            let current = try session.connection.first("PRAGMA data_version") { $0.int(0) } ?? 0
            guard current != version else { return nil }
            let head = try session.head()
            version = current
            return head
        } catch {
            session = nil
            version = -1
            return nil
        }
    }

    func close() { session = nil }
}
