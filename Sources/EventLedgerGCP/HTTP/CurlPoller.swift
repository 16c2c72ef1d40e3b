import CCurl

/// What the thread of a transport waits at: its sockets, and a word from others. See `poller.h`.
final class CurlPoller: Sendable {
    private let poller: ccurl_poller

    /// - Returns: `nil` where the process may open no more files.
    init?() {
        var poller = ccurl_poller()
        guard ccurl_poller_open(&poller) else { return nil }
        self.poller = poller
    }

    deinit { ccurl_poller_close(poller) }

    /// Lets a multi handle say which sockets it waits for.
    func serve(_ multi: UnsafeMutableRawPointer) { ccurl_multi_set_poller(multi, poller) }

    /// Ends a wait, the next one if there is none.
    func wake() { ccurl_poller_wake(poller) }

    /// Waits until a socket is ready, until it is woken, or until the time is over.
    ///
    /// - Parameter ready: Room for `CCURL_POLLER_ROOM` sockets; there are more behind them where it is full.
    /// - Returns: The sockets that are ready.
    func wait(
        _ ready: UnsafeMutableBufferPointer<ccurl_ready>, milliseconds: Int32
    ) -> Slice<UnsafeMutableBufferPointer<ccurl_ready>> {
        ready.prefix(Int(ccurl_poller_wait(poller, ready.baseAddress, milliseconds)))
    }
}
