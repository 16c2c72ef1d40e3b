import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A server on a free port of this machine, that answers as the test says, also badly. Its threads are its own.
final class LoopbackServer: Sendable {
    /// What a client sent.
    struct Request: Sendable {
        let method: String
        let target: String
        /// The lines after the first.
        let head: String
        let body: [UInt8]
        /// The number of the connection, and of the request on it; both from 1.
        let connection: Int
        let number: Int

        func has(_ line: String) -> Bool {
            head.lowercased().split(separator: "\r\n").contains { $0 == line.lowercased() }
        }
    }

    struct Connection: Sendable {
        let socket: Int32

        /// Returns whether all of it went out.
        @discardableResult func send(_ text: String) -> Bool { send(Array(text.utf8)) }

        @discardableResult func send(_ bytes: [UInt8]) -> Bool {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    sendto(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL), nil, 0)
                }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }

        func answer(_ body: String, status: String = "200 OK", headers: [String] = []) {
            answer(Array(body.utf8), status: status, headers: headers)
        }

        func answer(_ body: [UInt8], status: String = "200 OK", headers: [String] = []) {
            let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.count)"] + headers
            send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
        }

        /// Ends the connection after what was sent.
        func close() { _ = shutdown(socket, Int32(SHUT_RDWR)) }

        /// Ends it with a reset, when its thread lets it go.
        func reset() {
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        }

        /// Whether the client has gone; blocks until it has, or sends something.
        func waitForEnd() -> Bool {
            var byte: UInt8 = 0
            return recv(socket, &byte, 1, 0) <= 0
        }

        /// Whether there is room to send something within the time.
        func hasRoom(milliseconds: Int32) -> Bool {
            var wanted = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
            return poll(&wanted, 1, milliseconds) > 0
        }
    }

    private struct State {
        var sockets: Set<Int32> = []
        var connections = 0
        var requests: [Request] = []
        var hasEnded = false
    }

    let port: Int
    /// Each request, as it comes.
    let arrivals: AsyncStream<Request>
    private let arrived: AsyncStream<Request>.Continuation
    private let listener: Int32
    private let state = Mutex(State())
    /// Returns whether the connection is kept.
    private let respond: @Sendable (Request, Connection) -> Bool

    var url: String { "http://127.0.0.1:\(port)" }
    /// How many connections were made.
    var connections: Int { state.withLock { $0.connections } }
    var requests: [Request] { state.withLock { $0.requests } }

    struct NoSocket: Error { let code = errno }

    init(_ respond: @escaping @Sendable (Request, Connection) -> Bool) throws {
        self.respond = respond
        (arrivals, arrived) = AsyncStream.makeStream()
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 256) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else { throw NoSocket() }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [weak self, listener] in
            // Here and not where it is shut down: the number of a closed socket is given to the next one.
            defer { close(listener) }
            while true {
                let socket = accept(listener, nil, nil)
                // A client may be gone before it is taken in.
                if socket < 0, errno == ECONNABORTED || errno == EINTR { continue }
                guard socket >= 0, let self, self.enter(socket) else {
                    if socket >= 0 { close(socket) }
                    return
                }
            }
        }
    }

    deinit { stop() }

    /// Ends all connections, and refuses new ones.
    func stop() {
        arrived.finish()
        state.withLock { state in
            guard !state.hasEnded else { return }
            state.hasEnded = true
            for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
            shutdown(listener, Int32(SHUT_RDWR))
        }
    }

    private func enter(_ socket: Int32) -> Bool {
        let number: Int? = state.withLock { state in
            guard !state.hasEnded else { return nil }
            state.sockets.insert(socket)
            state.connections += 1
            return state.connections
        }
        guard let number else { return false }
        Thread.detachNewThread { [weak self] in
            self?.serve(socket, number)
            // Taken out first: the number of a closed socket is given to the next one.
            self?.state.withLock { _ = $0.sockets.remove(socket) }
            close(socket)
        }
        return true
    }

    private func serve(_ socket: Int32, _ connection: Int) {
        var buffer: [UInt8] = []
        for number in 1... {
            guard let request = read(socket, &buffer, connection, number) else { return }
            state.withLock { $0.requests.append(request) }
            arrived.yield(request)
            guard respond(request, Connection(socket: socket)) else { return }
        }
    }

    private func read(_ socket: Int32, _ buffer: inout [UInt8], _ connection: Int, _ number: Int) -> Request? {
        let blank = Data("\r\n\r\n".utf8)
        while true {
            if let end = Data(buffer).range(of: blank) {
                let text = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
                let lines = text.components(separatedBy: "\r\n")
                let length = lines.lazy.compactMap { line -> Int? in
                    line.lowercased().hasPrefix("content-length:") ? Int(line.dropFirst(15).drop { $0 == " " }) : nil
                }.first
                let total = end.upperBound + (length ?? 0)
                if buffer.count >= total {
                    defer { buffer.removeFirst(total) }
                    let parts = lines[0].split(separator: " ")
                    return Request(
                        method: String(parts.first ?? ""), target: String(parts.dropFirst().first ?? ""),
                        head: lines.dropFirst().joined(separator: "\r\n"),
                        body: Array(buffer[end.upperBound..<total]), connection: connection, number: number
                    )
                }
            }
            var piece = [UInt8](repeating: 0, count: 65536)
            let count = recv(socket, &piece, piece.count, 0)
            guard count > 0 else { return nil }
            buffer += piece[..<count]
        }
    }
}
