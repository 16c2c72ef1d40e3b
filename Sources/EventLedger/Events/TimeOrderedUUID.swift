import Synchronization

/// UUIDs of version 7 that increase within a process (RFC 9562, section 5.7 and method 2 of 6.2).
package enum TimeOrderedUUID {
    /// The first id of a millisecond is random; the others count from it, which asks the system for random bits a thousand
    /// times a second at most.
    private struct State { var millisecond: UInt64 = 0, sequence: UInt64 = 0, tail: UInt64 = 0 }
    private static let state = Mutex(State())
    // 74 bits follow the time: 42 count within a millisecond from a random start, 32 are random and tell processes apart.
    private static let sequenceBits: UInt64 = 42

    package static func next(clock: any LedgerClock = SystemClock()) -> String {
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
        return text(high, low)
    }

    package static func text(_ high: UInt64, _ low: UInt64) -> String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            var index = 0
            for nibble in 0..<32 {
                if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 {
                    buffer[index] = UInt8(ascii: "-")
                    index += 1
                }
                let word = nibble < 16 ? high : low
                let value = UInt8(truncatingIfNeeded: word >> UInt64(60 - nibble % 16 * 4)) & 15
                buffer[index] = value < 10 ? 0x30 + value : 0x61 + value - 10
                index += 1
            }
            return 36
        }
    }
}
