import CCurl

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// What runs on the thread of a transport: all transfers, by one multi handle.
struct CurlThread {
    private let loop: CurlLoop
    private let multi: UnsafeMutableRawPointer
    private var active: [UInt64: CurlExchange] = [:]
    /// When to look for requests whose time is over: libcurl forgets the time of those that wait for a connection.
    private var nextLook: ContinuousClock.Instant?

    /// What is handed over to the thread.
    private final class Start {
        let loop: CurlLoop
        let multi: CurlLoop.Multi

        init(_ loop: CurlLoop, _ multi: CurlLoop.Multi) {
            self.loop = loop
            self.multi = multi
        }
    }

    /// libcurl's own start, once in a process.
    static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// - Returns: Whether there is a thread.
    static func begin(_ loop: CurlLoop, _ multi: CurlLoop.Multi) -> Bool {
        let start = Unmanaged.passRetained(Start(loop, multi))
        // A thread inherits the mask. Signals are the application's; and OpenSSL writes to a closed connection with a signal.
        var all = sigset_t(), before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        #if canImport(Darwin)
        var thread: pthread_t?
        let code = pthread_create(&thread, nil, { CurlThread.main($0) }, start.toOpaque())
        guard code == 0, let thread else {
            start.release()
            return false
        }
        #else
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, { $0.flatMap { CurlThread.main($0) } }, start.toOpaque())
        guard code == 0 else {
            start.release()
            return false
        }
        #endif
        pthread_detach(thread)
        return true
    }

    private static func main(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
        var thread = CurlThread(loop: start.loop, multi: start.multi.handle)
        thread.run()
        return nil
    }

    private init(loop: CurlLoop, multi: UnsafeMutableRawPointer) {
        self.loop = loop
        self.multi = multi
    }

    private mutating func run() {
        var commands: [CurlLoop.Command] = []
        var running: Int32 = 0
        while loop.takeCommands(into: &commands) {
            for command in commands { carryOut(command) }
            commands.removeAll(keepingCapacity: true)
            guard curl_multi_perform(multi, &running) == CURLM_OK else { break }
            if endFinished() { continue }
            let rest = expire()
            if loop.fallAsleep() { curl_multi_poll(multi, nil, 0, rest, nil) }
        }
        shutDown(commands)
    }

    private mutating func carryOut(_ command: CurlLoop.Command) {
        switch command {
        case .start(let exchange, let ticket):
            guard !exchange.isAbandoned else { return loop.recycle(exchange) }
            guard curl_multi_add_handle(multi, exchange.handle) == CURLM_OK else {
                exchange.end(
                    .failure(
                        HTTPFailure(
                            .notConnected, "'\(exchange.host)' could not be asked for want of memory.",
                            mayHaveArrived: false
                        )
                    )
                )
                return
            }
            exchange.ticket = ticket
            active[ticket] = exchange
            nextLook = min(nextLook ?? exchange.deadline, exchange.deadline)
        case .drop(let ticket):
            guard let exchange = remove(ticket) else { return }
            loop.recycle(exchange)
        case .goOn(let ticket):
            guard let exchange = active[ticket] else { return }
            // What was held back is received in this call, and so may be refused in it.
            let code = curl_easy_pause(exchange.handle, CURLPAUSE_CONT)
            if code != CURLE_OK { end(exchange, code) }
        }
    }

    private mutating func remove(_ ticket: UInt64) -> CurlExchange? {
        guard let exchange = active.removeValue(forKey: ticket) else { return nil }
        curl_multi_remove_handle(multi, exchange.handle)
        return exchange
    }

    /// - Returns: Whether there were any.
    private mutating func endFinished() -> Bool {
        var code = CURLE_OK
        var wereAny = false
        while let context = ccurl_next_ended(multi, &code) {
            wereAny = true
            let exchange = Unmanaged<CurlExchange>.fromOpaque(context).takeUnretainedValue()
            end(exchange, code)
        }
        return wereAny
    }

    private mutating func end(_ exchange: CurlExchange, _ code: CURLcode) {
        let result = exchange.result(code)
        _ = remove(exchange.ticket)
        exchange.end(result)
        loop.recycle(exchange)
    }

    /// Ends what waited for a connection until its time was over.
    ///
    /// - Returns: For how many milliseconds there is nothing to look for.
    private mutating func expire() -> Int32 {
        let longest: Int32 = 60_000
        guard let look = nextLook else { return longest }
        let now = ContinuousClock.now
        if look <= now {
            nextLook = nil
            for exchange in active.values where exchange.starts == 0 {
                if exchange.deadline <= now {
                    let failure = exchange.expiry()
                    _ = remove(exchange.ticket)
                    exchange.end(.failure(failure))
                    loop.recycle(exchange)
                } else {
                    nextLook = min(nextLook ?? exchange.deadline, exchange.deadline)
                }
            }
        }
        guard let rest = nextLook.map({ $0 - now }), rest < .milliseconds(longest) else { return longest }
        return Int32(rest / .milliseconds(1)) + 1
    }

    private mutating func shutDown(_ commands: [CurlLoop.Command]) {
        for command in commands + loop.detach() {
            if case .start(let exchange, _) = command {
                exchange.end(.failure(CurlLoop.shutDown(exchange.host)))
            }
        }
        for (ticket, exchange) in active {
            let mayHaveArrived = exchange.starts > 0
            _ = remove(ticket)
            exchange.end(.failure(CurlLoop.shutDown(exchange.host, mayHaveArrived: mayHaveArrived)))
        }
        curl_multi_cleanup(multi)
    }
}
