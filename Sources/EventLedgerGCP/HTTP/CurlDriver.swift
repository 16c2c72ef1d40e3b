import CCurl

/// All transfers of a transport, by one multi handle, that any thread may drive, but one at a time.
///
/// It is never waited in: what a transfer waits for is told to the poller.
final class CurlDriver {
    enum Command: Sendable {
        case start(CurlExchange, UInt64)
        case drop(UInt64)
        case goOn(UInt64)
    }

    /// What was left.
    struct Turn {
        /// When something will be due, as far as it can be told.
        let next: ContinuousClock.Instant
        /// Whether there is no transfer.
        let isQuiet: Bool
    }

    /// The longest time between two looks.
    private static let longestRest = Duration.seconds(60)
    /// So often what is due is done before others get their turn.
    private static let rounds = 8

    private let multi: UnsafeMutableRawPointer
    /// Outlives the handle, which says of each socket that it lets go of it.
    private let poller: CurlPoller
    private let pool: CurlPool
    private let connectTimeout: Duration
    private var active: [UInt64: CurlExchange] = [:]
    /// When to look for requests whose time is over: libcurl forgets the time of those that wait for a connection.
    private var nextLook: ContinuousClock.Instant?
    private var lastStart: ContinuousClock.Instant?
    /// Whether libcurl gave up.
    private(set) var isBroken = false

    /// libcurl's own start, once in a process.
    static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// Whether names are looked up on threads of their own.
    private static let looksUpElsewhere =
        ccurl_version().map { $0.pointee.features & CURL_VERSION_ASYNCHDNS != 0 } ?? false

    /// - Returns: `nil` where memory is short.
    init?(_ settings: CurlTransport.Settings, _ poller: CurlPoller, _ pool: CurlPool) {
        guard Self.isReady, let multi = curl_multi_init() else { return nil }
        self.multi = multi
        self.poller = poller
        self.pool = pool
        connectTimeout = settings.connectTimeout
        ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, max(1, settings.maximumConnectionsPerHost))
        ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 4 * max(16, settings.maximumConnectionsPerHost))
        poller.serve(multi)
    }

    deinit { curl_multi_cleanup(multi) }

    /// Whether a thread that may not wait can begin a transfer: whether there is no other, and its own time cannot be over at
    /// once. For before 7.87 libcurl ends a transfer whose time is over by waiting for the look-up of its name.
    func beginsWithoutWaiting(_ exchange: CurlExchange) -> Bool {
        Self.looksUpElsewhere && active.isEmpty && !isBroken && min(exchange.timeout, connectTimeout) >= .seconds(1)
    }

    /// Does what somebody asked for.
    func carryOut(_ command: Command) {
        switch command {
        case .start(let exchange, let ticket): start(exchange, ticket)
        case .drop(let ticket): if let exchange = remove(ticket) { pool.recycle(exchange) }
        case .goOn(let ticket):
            guard let exchange = active[ticket] else { return }
            // What was held back is received in this call, and so may be refused in it.
            let code = curl_easy_pause(exchange.handle, CURLPAUSE_CONT)
            if code != CURLE_OK { end(exchange, code) }
        }
    }

    /// Reads from and writes to a socket that is ready.
    func act(on ready: ccurl_ready) {
        var running: Int32 = 0
        check(curl_multi_socket_action(multi, ready.socket, ready.what, &running))
    }

    /// Does what is due.
    func turn() -> Turn {
        var rest = timeout()
        for _ in 0..<Self.rounds where rest == .zero {
            var running: Int32 = 0
            check(curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running))
            endFinished()
            rest = timeout()
        }
        endFinished()
        let now = ContinuousClock.now
        expire(now)
        // The end of one may be what another waited for, which libcurl says by a time that is over.
        rest = timeout()
        // libcurl wants to look at each request again when connecting takes too long. A thread that rests for half of that time
        // looks before, so that the next request need not wake it only to have it rest for less.
        let longest = lastStart.map { now - $0 < connectTimeout } ?? false ? connectTimeout / 2 : Self.longestRest
        let due = isBroken ? now : now + min(rest ?? longest, longest)
        return Turn(next: min(due, nextLook ?? due), isQuiet: active.isEmpty)
    }

    /// Ends all transfers, and what was to begin.
    func end(_ commands: [Command]) {
        for command in commands {
            if case .start(let exchange, _) = command { exchange.end(.failure(CurlLoop.shutDown(exchange.host))) }
        }
        for (ticket, exchange) in active {
            let mayHaveArrived = exchange.starts > 0
            _ = remove(ticket)
            exchange.end(.failure(CurlLoop.shutDown(exchange.host, mayHaveArrived: mayHaveArrived)))
        }
    }

    private func start(_ exchange: CurlExchange, _ ticket: UInt64) {
        guard !exchange.isAbandoned else { return pool.recycle(exchange) }
        guard curl_multi_add_handle(multi, exchange.handle) == CURLM_OK else {
            exchange.end(.failure(CurlLoop.noMemory(exchange.host)))
            return
        }
        exchange.ticket = ticket
        active[ticket] = exchange
        lastStart = .now
        nextLook = min(nextLook ?? exchange.deadline, exchange.deadline)
    }

    private func remove(_ ticket: UInt64) -> CurlExchange? {
        guard let exchange = active.removeValue(forKey: ticket) else { return nil }
        curl_multi_remove_handle(multi, exchange.handle)
        return exchange
    }

    private func endFinished() {
        var code = CURLE_OK
        while let context = ccurl_next_ended(multi, &code) {
            end(Unmanaged<CurlExchange>.fromOpaque(context).takeUnretainedValue(), code)
        }
    }

    private func end(_ exchange: CurlExchange, _ code: CURLcode) {
        let result = exchange.result(code)
        _ = remove(exchange.ticket)
        exchange.end(result)
        pool.recycle(exchange)
    }

    /// In how long libcurl wants to be asked again; `nil` where it does not.
    private func timeout() -> Duration? {
        var milliseconds = -1
        curl_multi_timeout(multi, &milliseconds)
        return milliseconds < 0 ? nil : .milliseconds(milliseconds)
    }

    /// Ends what waited for a connection until its time was over.
    private func expire(_ now: ContinuousClock.Instant) {
        guard let look = nextLook, look <= now else { return }
        nextLook = nil
        for exchange in active.values where exchange.starts == 0 {
            if exchange.deadline <= now {
                let failure = exchange.expiry()
                _ = remove(exchange.ticket)
                exchange.end(.failure(failure))
                pool.recycle(exchange)
            } else {
                nextLook = min(nextLook ?? exchange.deadline, exchange.deadline)
            }
        }
    }

    private func check(_ code: CURLMcode) {
        // A socket may have been closed since it was said to be ready.
        if code != CURLM_OK, code != CURLM_BAD_SOCKET { isBroken = true }
    }
}
