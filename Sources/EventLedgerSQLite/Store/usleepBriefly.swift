#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Lets other threads run for a moment; only for threads that may block.
func usleepBriefly() { usleep(20) }
