import Synchronization

/// What was received of a body and not read yet.
final class HTTPBodyBuffer: Sendable {
    /// With so many bytes the transfer pauses; one more piece of libcurl's, of 16 KiB, may be added before.
    static let limit = 256 << 10

    private struct State {
        var bytes: [UInt8] = []
        var isPaused = false
        var end: Result<Void, any Error>?
        var reader: PendingReply<Void>?
    }

    /// The beginning of the answer.
    let head = PendingReply<CurlExchange.Answer>()
    private let state = Mutex(State())
    private let resume: @Sendable () -> Void
    private let drop: @Sendable () -> Void

    /// - Parameters:
    ///   - resume: Lets a paused transfer go on.
    ///   - abandon: Ends the transfer.
    init(resume: @escaping @Sendable () -> Void, abandon: @escaping @Sendable () -> Void) {
        self.resume = resume
        drop = abandon
    }

    /// Adds what came; returns whether there was room.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let (hasRoom, reader) = state.withLock { state -> (Bool, PendingReply<Void>?) in
            guard state.bytes.count < Self.limit else {
                state.isPaused = true
                return (false, nil)
            }
            state.bytes.append(contentsOf: bytes)
            defer { state.reader = nil }
            return (true, state.reader)
        }
        reader?.end(.success(()))
        return hasRoom
    }

    /// Ends the body, after what is held; later ends change nothing.
    func end(_ result: Result<Void, any Error>) {
        if case .failure(let error) = result { head.end(.failure(error)) }
        let reader = state.withLock { state -> PendingReply<Void>? in
            if state.end == nil { state.end = result }
            defer { state.reader = nil }
            return state.reader
        }
        reader?.end(.success(()))
    }

    /// Nobody reads any more.
    func abandon() {
        end(.failure(CancellationError()))
        drop()
    }

    private enum Step {
        case piece([UInt8], wasPaused: Bool)
        case end(Result<Void, any Error>)
        case wait(PendingReply<Void>)
    }

    func next() async throws -> [UInt8]? {
        while true {
            try Task.checkCancellation()
            switch step() {
            case .piece(let bytes, let wasPaused):
                if wasPaused { resume() }
                return bytes
            case .end(let result):
                try result.get()
                return nil
            case .wait(let reader): try await reader.wait({}, onCancel: { self.abandon() })
            }
        }
    }

    private func step() -> Step {
        state.withLock { state in
            if !state.bytes.isEmpty {
                defer {
                    state.bytes = []
                    state.isPaused = false
                }
                return .piece(state.bytes, wasPaused: state.isPaused)
            }
            if let end = state.end { return .end(end) }
            let reader = state.reader ?? PendingReply<Void>()
            state.reader = reader
            return .wait(reader)
        }
    }
}
