import CCurl
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The thread of a transport, and what others tell it.
final class CurlLoop: Sendable {
    enum Command: Sendable {
        case start(CurlExchange, UInt64)
        case drop(UInt64)
        case goOn(UInt64)
    }

    /// Not checked for `Sendable`: libcurl lets other threads do one thing to it, waking it, and that is done under the mutex,
    /// under which it is also taken away.
    struct Multi: @unchecked Sendable {
        let handle: UnsafeMutableRawPointer
    }

    private struct State {
        var commands: [Command] = []
        /// `nil` before the first request and after the end.
        var multi: Multi?
        var isAsleep = false
        var hasEnded = false
        var idle: [CurlExchange] = []
        var lastTicket: UInt64 = 0
    }

    /// More handles than this are freed instead of kept.
    private static let maximumIdle = 256

    private let settings: CurlTransport.Settings
    private let authorities: CurlAuthorities
    private let state = Mutex(State())

    init(_ settings: CurlTransport.Settings) {
        self.settings = settings
        authorities = CurlAuthorities(file: settings.additionalAuthoritiesFile)
    }

    // MARK: Asked by anybody

    /// What names a transfer, as long as it is under way and longer: handles are used again.
    func ticket() -> UInt64 {
        state.withLock {
            $0.lastTicket += 1
            return $0.lastTicket
        }
    }

    /// A handle, ready to be started.
    func exchange(
        for request: HTTPRequest, _ receiver: CurlExchange.Receiver
    ) throws(HTTPFailure) -> CurlExchange {
        let host = try request.check()
        guard request.timeout > .zero else {
            throw HTTPFailure(.timedOut, "No time was left to ask '\(host)'.", mayHaveArrived: false)
        }
        if authorities.isMissing, request.url.hasPrefix("https") {
            throw HTTPFailure(
                .insecure, "The file of additional authorities cannot be read, so '\(host)' cannot be trusted.",
                mayHaveArrived: false
            )
        }
        let (idle, hasEnded) = state.withLock { ($0.idle.popLast(), $0.hasEnded) }
        if hasEnded { throw Self.shutDown(host) }
        guard CurlThread.isReady, let exchange = idle ?? CurlExchange(settings, authorities: authorities) else {
            throw HTTPFailure(.notConnected, "No memory was left to ask '\(host)'.", mayHaveArrived: false)
        }
        exchange.prepare(request, host: host, receiver, settings)
        return exchange
    }

    /// Begins a transfer.
    func start(_ exchange: CurlExchange, _ ticket: UInt64) {
        if !tell(.start(exchange, ticket), begins: true) { exchange.end(.failure(Self.shutDown(exchange.host))) }
    }

    /// Ends a transfer, if it is under way, without a word to its receiver.
    func drop(_ ticket: UInt64) { _ = tell(.drop(ticket)) }

    /// Lets a transfer that paused go on.
    func goOn(_ ticket: UInt64) { _ = tell(.goOn(ticket)) }

    /// Ends the thread.
    func end() {
        state.withLock {
            $0.hasEnded = true
            $0.idle = []
            Self.wake(&$0)
        }
    }

    private func tell(_ command: Command, begins: Bool = false) -> Bool {
        state.withLock { state in
            guard !state.hasEnded else { return false }
            if state.multi == nil, begins { state.multi = makeThread() }
            guard state.multi != nil else { return false }
            state.commands.append(command)
            Self.wake(&state)
            return true
        }
    }

    /// A wake-up is a system call, and most commands come while the thread is at work.
    private static func wake(_ state: inout State) {
        guard state.isAsleep, let multi = state.multi else { return }
        state.isAsleep = false
        curl_multi_wakeup(multi.handle)
    }

    static func shutDown(_ host: some StringProtocol, mayHaveArrived: Bool = false) -> HTTPFailure {
        HTTPFailure(
            .shutDown, "The transport was shut down while '\(host)' was to be asked.", mayHaveArrived: mayHaveArrived
        )
    }

    private func makeThread() -> Multi? {
        guard CurlThread.isReady, let handle = curl_multi_init() else { return nil }
        ccurl_multi_set_long(handle, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        ccurl_multi_set_long(handle, CURLMOPT_MAX_HOST_CONNECTIONS, max(1, settings.maximumConnectionsPerHost))
        ccurl_multi_set_long(handle, CURLMOPT_MAXCONNECTS, 4 * max(16, settings.maximumConnectionsPerHost))
        let multi = Multi(handle: handle)
        guard CurlThread.begin(self, multi) else {
            curl_multi_cleanup(handle)
            return nil
        }
        return multi
    }

    // MARK: Asked by the thread

    /// What is to be done; `nil` when it is to end.
    func takeCommands(into commands: inout [Command]) -> Bool {
        state.withLock { state in
            state.isAsleep = false
            swap(&state.commands, &commands)
            return !state.hasEnded
        }
    }

    /// Whether there is nothing to do; whoever has something will wake the thread.
    func fallAsleep() -> Bool {
        state.withLock { state in
            state.isAsleep = state.commands.isEmpty && !state.hasEnded
            return state.isAsleep
        }
    }

    func recycle(_ exchange: CurlExchange) {
        exchange.clear()
        state.withLock { state in
            if !state.hasEnded, state.idle.count < Self.maximumIdle { state.idle.append(exchange) }
        }
    }

    /// Nobody can wake the thread any more.
    func detach() -> [Command] {
        state.withLock { state in
            state.hasEnded = true
            state.multi = nil
            state.idle = []
            defer { state.commands = [] }
            return state.commands
        }
    }
}
