import CCurl
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Who drives the transfers of a transport: its thread, which waits for answers, and whoever has a request while nobody else
/// drives. That saves the waking of a thread for each request, a third of what a small one costs.
final class CurlLoop: Sendable {
    private struct State {
        var commands: [CurlDriver.Command] = []
        /// `nil` before the first request and after the end.
        var poller: CurlPoller?
        var isAsleep = false
        /// When the thread is to be awake, as far as it is known since it last asked for commands.
        var wakeTime: ContinuousClock.Instant?
        var hasEnded = false
        var lastTicket: UInt64 = 0
    }

    let pool: CurlPool
    private let settings: CurlTransport.Settings
    private let state = Mutex(State())
    /// Never waited for by anybody but the thread. `nil` before the first request and after the end.
    private let driver = Mutex<CurlDriver?>(nil)

    init(_ settings: CurlTransport.Settings) {
        self.settings = settings
        pool = CurlPool(settings)
    }

    static func shutDown(_ host: some StringProtocol, mayHaveArrived: Bool = false) -> HTTPFailure {
        HTTPFailure(
            .shutDown, "The transport was shut down while '\(host)' was to be asked.", mayHaveArrived: mayHaveArrived
        )
    }

    static func noMemory(_ host: some StringProtocol) -> HTTPFailure {
        HTTPFailure(
            .notConnected, "'\(host)' could not be asked: the process has no memory, files or threads left for it.",
            mayHaveArrived: false
        )
    }

    // MARK: Asked by anybody

    /// What names a transfer, as long as it is under way and longer: handles are used again.
    func ticket() -> UInt64 {
        state.withLock {
            $0.lastTicket += 1
            return $0.lastTicket
        }
    }

    /// Begins a transfer.
    func start(_ exchange: CurlExchange, _ ticket: UInt64) {
        guard begin() else { return exchange.end(.failure(Self.noMemory(exchange.host))) }
        if sendOff(exchange, ticket) || tell(.start(exchange, ticket)) { return }
        exchange.end(.failure(Self.shutDown(exchange.host)))
    }

    /// Ends a transfer, if it is under way, without a word to its receiver. Left to the thread, since libcurl may have to wait
    /// for the look-up of a name.
    func drop(_ ticket: UInt64) { _ = tell(.drop(ticket)) }

    /// Lets a transfer that paused go on.
    func goOn(_ ticket: UInt64) { _ = tell(.goOn(ticket)) }

    /// Ends the thread.
    func end() {
        pool.end()
        state.withLock {
            $0.hasEnded = true
            Self.wake(&$0)
        }
    }

    /// Drives by itself, if nobody else does.
    ///
    /// - Returns: Whether it did.
    private func sendOff(_ exchange: CurlExchange, _ ticket: UInt64) -> Bool {
        guard CurlDriver.neverWaits else { return false }
        var mask = sigset_t()
        ccurl_hold_pipe_signal(&mask)
        defer { ccurl_release_pipe_signal(&mask) }
        let next = driver.withLockIfAvailable { driver -> ContinuousClock.Instant? in
            driver?.carryOut(.start(exchange, ticket))
            return driver?.turn()
        }
        guard case .some(.some(let next)) = next else { return false }
        state.withLock { state in
            if let time = state.wakeTime, time <= next { return }
            state.wakeTime = next
            Self.wake(&state)
        }
        return true
    }

    private func tell(_ command: CurlDriver.Command) -> Bool {
        state.withLock { state in
            guard !state.hasEnded, state.poller != nil else { return false }
            state.commands.append(command)
            Self.wake(&state)
            return true
        }
    }

    /// A wake-up is a system call, and most commands come while the thread is at work.
    private static func wake(_ state: inout State) {
        guard state.isAsleep else { return }
        state.isAsleep = false
        state.poller?.wake()
    }

    /// - Returns: Whether there is a thread, or was one.
    private func begin() -> Bool {
        state.withLock { state in
            if state.hasEnded || state.poller != nil { return true }
            guard let poller = CurlPoller() else { return false }
            let hasDriver = driver.withLock { driver in
                driver = CurlDriver(settings, poller, pool)
                return driver != nil
            }
            guard hasDriver, CurlThread.begin({ [self] in run(poller) }) else {
                driver.withLock { $0 = nil }
                return false
            }
            state.poller = poller
            return true
        }
    }

    // MARK: Done by the thread

    private func run(_ poller: CurlPoller) {
        let room = UnsafeMutableBufferPointer<ccurl_ready>.allocate(capacity: Int(CCURL_POLLER_ROOM))
        defer { room.deallocate() }
        var ready = room.prefix(0)
        var commands: [CurlDriver.Command] = []
        while takeCommands(into: &commands) {
            let next = driver.withLock { driver -> ContinuousClock.Instant? in
                guard let driver else { return nil }
                for command in commands { driver.carryOut(command) }
                for socket in ready { driver.act(on: socket) }
                let next = driver.turn()
                return driver.isBroken ? nil : next
            }
            commands.removeAll(keepingCapacity: true)
            guard let next else { break }
            ready = room.prefix(0)
            if let time = fallAsleep(next) { ready = poller.wait(room, milliseconds: time) }
        }
        let rest = commands + detach()
        driver.withLock { driver in
            driver?.end(rest)
            driver = nil
        }
    }

    /// - Returns: Whether it goes on.
    private func takeCommands(into commands: inout [CurlDriver.Command]) -> Bool {
        state.withLock { state in
            state.isAsleep = false
            state.wakeTime = nil
            swap(&state.commands, &commands)
            return !state.hasEnded
        }
    }

    /// - Returns: How many milliseconds there is nothing to do, `nil` where there is something. Whoever has something before
    ///   will wake the thread.
    private func fallAsleep(_ next: ContinuousClock.Instant) -> Int32? {
        let time: ContinuousClock.Instant? = state.withLock { state in
            guard state.commands.isEmpty, !state.hasEnded else { return nil }
            state.isAsleep = true
            let time = min(next, state.wakeTime ?? next)
            state.wakeTime = time
            return time
        }
        guard let time else { return nil }
        let rest = ContinuousClock.now.duration(to: time)
        return rest <= .zero ? 0 : Int32(rest / .milliseconds(1)) + 1
    }

    /// Nobody can tell the thread anything any more.
    private func detach() -> [CurlDriver.Command] {
        pool.end()
        return state.withLock { state in
            state.hasEnded = true
            state.poller = nil
            defer { state.commands = [] }
            return state.commands
        }
    }
}
