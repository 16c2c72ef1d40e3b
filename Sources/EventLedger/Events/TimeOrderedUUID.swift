import Synchronization

/// UUIDs of version 7 that increase within a process (RFC 9562, section 5.7 and method 2 of 6.2).
package enum TimeOrderedUUID {
    /// The first id of a millisecond is random; the others count from it, which asks the system for random bits a thousand
    /// times a second at most.
    private struct State { var millisecond: UInt64 = 0, sequence: UInt64 = 0, tail: UInt64 = 0 }
    private static let state = Mutex(State())
    // 74 bits follow the time: 42 count within a millisecond from a random start, 32 are random and tell processes apart.
    private static let sequenceBits: UInt64 = 42

    package static func next(clock: any LedgerClock = SystemClock()) -> String { nextBits(clock: clock).text }

    package static func nextBits(clock: any LedgerClock = SystemClock()) -> UUIDBits {
        let now = UInt64(max(0, clock.now.microseconds / 1000))
        let id = state.withLock { state in
            state.sequence += 1
            if now > state.millisecond || state.sequence >> sequenceBits != 0 {
                let random = UInt64.random(in: .min ... .max)
                state = State(
                    // 32 random bits of 42: room to count.
                    millisecond: max(now, state.millisecond + 1), sequence: random >> 32, tail: random & 0xFFFF_FFFF
                )
            }
            return state
        }
        let high = (id.millisecond & 0xFFFF_FFFF_FFFF) << 16 | 0x7000 | id.sequence >> 30
        let low = 0x8000_0000_0000_0000 | (id.sequence & 0x3FFF_FFFF) << 32 | id.tail
        return UUIDBits(high: high, low: low)
    }
}
