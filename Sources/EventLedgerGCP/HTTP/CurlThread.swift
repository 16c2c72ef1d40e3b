import CCurl

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Starts the thread of a transport.
enum CurlThread {
    private final class Work: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// - Returns: Whether there is a thread.
    static func begin(_ run: @escaping @Sendable () -> Void) -> Bool {
        let work = Unmanaged.passRetained(Work(run))
        // A thread inherits the mask. Signals are the application's; and OpenSSL writes to a closed connection with a signal.
        var all = sigset_t(), before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        #if canImport(Darwin)
        var thread: pthread_t?
        let code = pthread_create(&thread, nil, { CurlThread.main($0) }, work.toOpaque())
        guard code == 0, let thread else {
            work.release()
            return false
        }
        #else
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, { $0.flatMap { CurlThread.main($0) } }, work.toOpaque())
        guard code == 0 else {
            work.release()
            return false
        }
        #endif
        pthread_detach(thread)
        return true
    }

    private static func main(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run()
        return nil
    }
}
