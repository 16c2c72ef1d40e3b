#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Measures wall time and processor time from when it is made.
struct Stopwatch {
    private let start = ContinuousClock.now
    private let processor = Stopwatch.processorSeconds()

    /// What it took until now.
    func measurement(_ operations: Int, bytes: Int? = nil) -> Measurement {
        Measurement(
            operations: operations, seconds: start.duration(to: .now) / .seconds(1),
            cpuSeconds: Self.processorSeconds() - processor, bytes: bytes
        )
    }

    /// What all threads of this process have used.
    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
