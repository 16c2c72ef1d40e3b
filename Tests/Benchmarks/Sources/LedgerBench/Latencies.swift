/// How samples of a time are spread, in microseconds.
struct Latencies: Encodable {
    /// Half of the samples took at most so long.
    let p50: Double
    /// 99 of 100 samples took at most so long.
    let p99: Double
    /// The longest.
    let max: Double

    /// Sums up samples; `nil` where there are none.
    init?(_ samples: [Duration]) {
        let sorted = samples.sorted()
        guard let last = sorted.last else { return nil }
        // The nearest rank: the smallest sample that at least so many of a hundred do not exceed.
        func percentile(_ percent: Int) -> Double {
            sorted[(sorted.count * percent + 99) / 100 - 1] / .microseconds(1)
        }
        p50 = percentile(50)
        p99 = percentile(99)
        max = last / .microseconds(1)
    }
}
