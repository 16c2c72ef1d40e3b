import Synchronization

/// UUIDs of version 7 that increase within a process (RFC 9562, section 5.7 and method 2 of 6.2).
package enum TimeOrderedUUID {
    private struct State { var millisecond: UInt64 = 0, sequence: UInt64 = 0 }
    private static let state = Mutex(State())
    // 74 bits follow the time; the upper 42 count within a millisecond from a random start, the lower 32 are random.
    private static let sequenceBits: UInt64 = 42

    package static func next(clock: any LedgerClock = SystemClock()) -> String {
        let now = UInt64(max(0, clock.now.microseconds / 1000))
        // One call: each asks the system.
        let random = UInt64.random(in: .min ... .max)
        let (millisecond, sequence) = state.withLock { state in
            if now > state.millisecond {
                state = State(millisecond: now, sequence: random >> 32)  // 32 random bits: room to count
            } else {
                state.sequence += 1
                if state.sequence >> sequenceBits != 0 { state = State(millisecond: state.millisecond + 1) }
            }
            return (state.millisecond, state.sequence)
        }
        let high = (millisecond & 0xFFFF_FFFF_FFFF) << 16 | 0x7000 | sequence >> 30
        let low = 0x8000_0000_0000_0000 | (sequence & 0x3FFF_FFFF) << 32 | random & 0xFFFF_FFFF
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
