import CCurl

/// One easy handle of libcurl, with what its callbacks collect.
///
/// Not checked for `Sendable`: it belongs to one thread at a time. The caller's task fills it in and hands it to the driver,
/// behind whose mutex (in ``CurlLoop``) it stays until it is put back into the pool, behind that one's.
final class CurlExchange: @unchecked Sendable {
    /// What came as a whole.
    struct Answer: Sendable {
        var status = 0
        /// The lines of the headers.
        var head: [UInt8] = []
        var body: [UInt8] = []
    }

    /// Who gets the answer.
    enum Receiver {
        case whole(PendingReply<Answer>)
        case streamed(HTTPBodyBuffer)
    }

    /// Why a callback ended the transfer.
    enum Refusal {
        case tooLarge
        case sentAlready
        case abandoned
    }

    /// More than this of headers is no honest answer.
    static let maximumHeadBytes = 256 << 10

    let handle: UnsafeMutableRawPointer
    /// libcurl's own words on what failed; they name hosts, never headers or bodies.
    let errorText: UnsafeMutablePointer<CChar>
    var headerList: UnsafeMutablePointer<curl_slist>?
    var receiver: Receiver?
    var answer = Answer()
    var host = ""
    var timeout = Duration.zero
    var deadline = ContinuousClock.now
    var isOnce = false
    var bodyRoom = 0
    /// How often libcurl was about to send the request.
    var starts = 0
    var refusal: Refusal?
    /// What names the transfer that is under way.
    var ticket: UInt64 = 0
    private(set) var isHeadComplete = false

    /// - Returns: `nil` where memory is short.
    init?(_ settings: CurlTransport.Settings, authorities: CurlAuthorities) {
        guard let handle = curl_easy_init() else { return nil }
        self.handle = handle
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        configure(settings, authorities: authorities)
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(headerList)
        errorText.deallocate()
    }

    /// Forgets the request and the answer, so that the pool keeps neither alive.
    func clear() {
        curl_slist_free_all(headerList)
        headerList = nil
        ccurl_set_list(handle, CURLOPT_HTTPHEADER, nil)
        ccurl_set_body(handle, nil, 0)
        receiver = nil
        answer = Answer()
        starts = 0
        refusal = nil
        isHeadComplete = false
        errorText[0] = 0
    }

    /// Whether whoever asked is gone.
    var isAbandoned: Bool {
        switch receiver {
        case .whole(let reply): reply.isOver
        case .streamed(let buffer): buffer.head.isOver
        case nil: true
        }
    }

    /// Hands over what came, or why nothing did.
    func end(_ result: Result<Void, any Error>) {
        switch (receiver, result) {
        case (.whole(let reply), .success): reply.end(.success(answer))
        case (.whole(let reply), .failure(let error)): reply.end(.failure(error))
        case (.streamed(let buffer), .success):
            buffer.head.end(.success(answer))
            buffer.end(.success(()))
        case (.streamed(let buffer), .failure(let error)): buffer.end(.failure(error))
        case (nil, _): break
        }
    }

    // MARK: What libcurl calls

    /// libcurl is about to send the request over a connection that stands.
    ///
    /// - Returns: Whether it may.
    func start() -> Bool {
        starts += 1
        guard starts > 1 else { return true }
        // It does so by itself where a kept connection ended, or the server refused the stream, before a byte of the answer
        // came. What was begun to be sent may have arrived.
        guard isOnce, ccurl_long(handle, CURLINFO_REQUEST_SIZE) > 0 else { return true }
        refusal = .sentAlready
        return false
    }

    func receiveHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        if line.starts(with: "HTTP/".utf8) {
            // A new answer: what came before was an interim one.
            answer.status = Self.status(line)
            answer.head.removeAll(keepingCapacity: true)
            isHeadComplete = false
            return true
        }
        // What follows the body is not the head.
        guard !isHeadComplete else { return true }
        if line.count <= 2, line.allSatisfy({ $0 == 0x0D || $0 == 0x0A }) {
            isHeadComplete = true
            if answer.status >= 200, case .streamed(let buffer) = receiver { buffer.head.end(.success(answer)) }
            return true
        }
        guard answer.head.count + line.count <= Self.maximumHeadBytes else {
            refusal = .tooLarge
            return false
        }
        answer.head.append(contentsOf: line)
        return true
    }

    /// - Returns: What libcurl expects: how much was taken, or that it is to pause.
    func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard bytes.count <= bodyRoom else {
            refusal = .tooLarge
            return 0
        }
        switch receiver {
        case .whole: answer.body.append(contentsOf: bytes)
        case .streamed(let buffer):
            guard buffer.receive(bytes) else { return Int(CURL_WRITEFUNC_PAUSE) }
        case nil:
            refusal = .abandoned
            return 0
        }
        bodyRoom -= bytes.count
        return bytes.count
    }

    private static func status(_ line: UnsafeRawBufferPointer) -> Int {
        guard let space = line.firstIndex(of: 0x20) else { return 0 }
        var status = 0
        for byte in line[(space + 1)...].prefix(3) where byte >= 0x30 && byte <= 0x39 {
            status = status * 10 + Int(byte - 0x30)
        }
        return status
    }
}
