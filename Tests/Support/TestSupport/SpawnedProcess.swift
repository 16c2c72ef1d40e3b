import CSpawn
import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A program that was started.
///
/// Not by Foundation's `Process`: on Linux that looks for open files in `/proc/self/fd`, and copies each entry with more bytes
/// than it has. From about 1,355 open files on, and all tests at once have more, a copy leaves the buffer, and now and then
/// the memory of this process.
package final class SpawnedProcess: Sendable {
    /// It could not be started.
    package struct NotStarted: Error {
        package let program: String
        package let code: Int32
    }

    private struct Life {
        var hasEnded = false
        var status: Int32 = 0
        var waiters: [CheckedContinuation<Int32, Never>] = []
    }

    package let pid: Int32
    private let life = Mutex(Life())

    /// Starts a program; files that are not given are `/dev/null`. Its other files are closed, and no signal is blocked.
    ///
    /// - Parameters:
    ///   - program: A path, or a name to be looked up in `PATH`.
    ///   - folder: Its working directory; that of this process unless given.
    ///   - input: An open file that it reads; closing it remains the caller's.
    package init(
        _ program: String, _ arguments: [String] = [], in folder: String? = nil,
        input: Int32? = nil, output: Int32? = nil, errors: Int32? = nil
    ) throws {
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        let code = spawn_program(&pid, &words, folder, input ?? -1, output ?? -1, errors ?? -1)
        guard code == 0 else { throw NotStarted(program: program, code: code) }
        self.pid = pid
        DispatchQueue(label: "tests.process").async { self.waitForEnd() }
    }

    /// Sends a signal, unless the process has ended.
    package func send(_ signal: Int32) {
        life.withLock { if !$0.hasEnded { _ = kill(pid, signal) } }
    }

    /// Does something to the process, unless it has ended.
    package func whileRunning(_ work: () -> Void) {
        life.withLock { if !$0.hasEnded { work() } }
    }

    /// Waits for the end, also when the task is cancelled.
    ///
    /// - Returns: The exit status; where a signal ended the process, the signal's number below zero.
    package func ended() async -> Int32 {
        await withCheckedContinuation { continuation in
            let status: Int32? = life.withLock { life in
                if life.hasEnded { return life.status }
                life.waiters.append(continuation)
                return nil
            }
            if let status { continuation.resume(returning: status) }
        }
    }

    /// Blocks this thread until the process has ended.
    ///
    /// - Returns: As ``ended()``.
    @discardableResult
    package func waitForEnd() -> Int32 {
        var facts = siginfo_t()
        // The end is only looked at: its number is another's once it is taken, so that is done where no signal is sent.
        while waitid(P_PID, id_t(pid), &facts, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        let (status, waiters) = life.withLock { life in
            if !life.hasEnded {
                life.hasEnded = true
                var state: Int32 = 0
                let taken = waitpid(pid, &state, 0)
                precondition(taken == pid, "The process \(pid) was waited for by somebody else: errno \(errno).")
                life.status = state & 0x7F == 0 ? (state >> 8) & 0xFF : -(state & 0x7F)
            }
            defer { life.waiters = [] }
            return (life.status, life.waiters)
        }
        for waiter in waiters { waiter.resume(returning: status) }
        return status
    }
}
