/// A sequence of numbers that looks random and is the same in every program of the comparison: D. E. Knuth's linear
/// congruential generator for MMIX (The Art of Computer Programming, volume 2, section 3.3.4), begun at 42.
struct LinearSequence {
    private var state: UInt64 = 42

    /// The next number from 0 to below a bound.
    mutating func next(below bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
}
