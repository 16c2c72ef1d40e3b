import CCurl
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Who drives the transfers of a transport: its thread, which waits for answers, and whoever has a request while there is no
/// other. That saves the waking of a thread for a request that is alone, a third of what a small one takes; where there are
/// many, the thread takes several at a time, which costs less for each.
final class CurlLoop: Sendable {
    private struct State {
        var commands: [CurlDriver.Command] = []
        /// `nil` before the first request and after the end.
        var poller: CurlPoller?
        var isAsleep = false
        /// Whether the thread is asleep and there is no transfer, so that whoever begins one may drive. Only what is found behind
        /// the mutex of the driver counts, but to ask there in vain is a system call.
        var isQuiet = false
        /// When the thread is to be awake, as far as it is known since it last asked for commands.
        var wakeTime: ContinuousClock.Instant?
        var hasEnded = false
    }

    private enum Outcome {
        case handedOver
        case quiet
        case shutDown
        case noMemory
    }

    let pool: CurlPool
    private let settings: CurlTransport.Settings
    private let lastTicket = Atomic<UInt64>(0)
    private let state = Mutex(State())
    /// Its mutex is waited for by nobody but the thread. `nil` before the first request and after the end.
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
    func ticket() -> UInt64 { lastTicket.wrappingAdd(1, ordering: .relaxed).newValue }

    /// Begins a transfer.
    func start(_ exchange: CurlExchange, _ ticket: UInt64) {
        let outcome = state.withLock { state -> Outcome in
            guard begin(&state) else { return .noMemory }
            if state.isQuiet {
                state.isQuiet = false
                return .quiet
            }
            return Self.tell(.start(exchange, ticket), &state) ? .handedOver : .shutDown
        }
        switch outcome {
        case .handedOver: return
        case .quiet where sendOff(exchange, ticket) || tell(.start(exchange, ticket)): return
        case .quiet, .shutDown: exchange.end(.failure(Self.shutDown(exchange.host)))
        case .noMemory: exchange.end(.failure(Self.noMemory(exchange.host)))
        }
    }

    /// Ends a transfer, if it is under way, without a word to its receiver. Left to the thread, since libcurl before
    /// 7.87 may have to wait for the look-up of a name.
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

    /// Begins a transfer without the thread, if there is no other.
    ///
    /// - Returns: Whether it did.
    private func sendOff(_ exchange: CurlExchange, _ ticket: UInt64) -> Bool {
        let turn = driver.withLockIfAvailable { driver -> CurlDriver.Turn? in
            guard let driver, driver.beginsWithoutWaiting(exchange) else { return nil }
            var mask = ccurl_pipe_mask()
            ccurl_hold_pipe_signal(&mask)
            defer { ccurl_release_pipe_signal(&mask) }
            driver.carryOut(.start(exchange, ticket))
            return driver.turn()
        }
        guard case .some(.some(let turn)) = turn else { return false }
        state.withLock { state in
            state.isQuiet = turn.isQuiet && state.isAsleep
            if let time = state.wakeTime, time <= turn.next { return }
            state.wakeTime = turn.next
            Self.wake(&state)
        }
        return true
    }

    private func tell(_ command: CurlDriver.Command) -> Bool { state.withLock { Self.tell(command, &$0) } }

    private static func tell(_ command: CurlDriver.Command, _ state: inout State) -> Bool {
        guard !state.hasEnded, state.poller != nil else { return false }
        state.commands.append(command)
        wake(&state)
        return true
    }

    /// A wake-up is a system call, and most commands come while the thread is at work.
    private static func wake(_ state: inout State) {
        guard state.isAsleep else { return }
        state.isAsleep = false
        state.isQuiet = false
        state.poller?.wake()
    }

    /// - Returns: Whether there is a thread, or was one.
    private func begin(_ state: inout State) -> Bool {
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

    // MARK: Done by the thread

    private func run(_ poller: CurlPoller) {
        let room = UnsafeMutableBufferPointer<ccurl_ready>.allocate(capacity: Int(CCURL_POLLER_ROOM))
        defer { room.deallocate() }
        var ready = room.prefix(0)
        var commands: [CurlDriver.Command] = []
        while takeCommands(into: &commands) {
            let turn = driver.withLock { driver -> CurlDriver.Turn? in
                guard let driver else { return nil }
                for command in commands { driver.carryOut(command) }
                for socket in ready { driver.act(on: socket) }
                let turn = driver.turn()
                return driver.isBroken ? nil : turn
            }
            commands.removeAll(keepingCapacity: true)
            guard let turn else { break }
            ready = poller.wait(room, milliseconds: fallAsleep(turn))
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
            state.isQuiet = false
            state.wakeTime = nil
            swap(&state.commands, &commands)
            return !state.hasEnded
        }
    }

    /// - Returns: For how many milliseconds there is nothing to do. Whoever has something before will wake the thread. Where
    ///   there is something already it looks at the sockets all the same, or those would wait for whoever has most to ask.
    private func fallAsleep(_ turn: CurlDriver.Turn) -> Int32 {
        let time: ContinuousClock.Instant? = state.withLock { state in
            guard state.commands.isEmpty, !state.hasEnded else { return nil }
            state.isAsleep = true
            state.isQuiet = turn.isQuiet
            let time = min(turn.next, state.wakeTime ?? turn.next)
            state.wakeTime = time
            return time
        }
        guard let time else { return 0 }
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
