import CCurl

extension CurlExchange {
    /// What is the same for all requests of a transport.
    func configure(_ settings: CurlTransport.Settings, authorities: CurlAuthorities) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_set_pointer(handle, CURLOPT_PRIVATE, context)
        ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText)
        ccurl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        ccurl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0)
        ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        ccurl_leave_lookups(handle)
        ccurl_set_long(handle, CURLOPT_TCP_NODELAY, 1)
        ccurl_set_long(handle, CURLOPT_TCP_KEEPALIVE, 1)
        ccurl_set_long(handle, CURLOPT_PATH_AS_IS, 1)
        ccurl_set_long(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, settings.connectTimeout.milliseconds)
        ccurl_set_long(handle, CURLOPT_SSL_VERIFYPEER, 1)
        ccurl_set_long(handle, CURLOPT_SSL_VERIFYHOST, 2)
        ccurl_set_long(handle, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        // All that this libcurl can decode.
        ccurl_set_text(handle, CURLOPT_ACCEPT_ENCODING, "")
        ccurl_set_text(handle, CURLOPT_USERAGENT, "EventLedger")
        authorities.use(on: handle)

        ccurl_set_pointer(handle, CURLOPT_WRITEDATA, context)
        ccurl_set_receiver(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            guard let context else { return 0 }
            let exchange = Unmanaged<CurlExchange>.fromOpaque(context).takeUnretainedValue()
            return exchange.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        ccurl_set_pointer(handle, CURLOPT_HEADERDATA, context)
        ccurl_set_receiver(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            guard let context else { return 0 }
            let exchange = Unmanaged<CurlExchange>.fromOpaque(context).takeUnretainedValue()
            let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
            return exchange.receiveHeader(line) ? line.count : 0
        }
        ccurl_set_pointer(handle, CURLOPT_PREREQDATA, context)
        ccurl_set_start(handle) { context, _, _, _, _ in
            guard let context else { return CURL_PREREQFUNC_ABORT }
            let exchange = Unmanaged<CurlExchange>.fromOpaque(context).takeUnretainedValue()
            return exchange.start() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
        }
    }

    /// Fills in a request that was checked.
    func prepare(
        _ request: HTTPRequest, host: Substring, _ receiver: Receiver, _ settings: CurlTransport.Settings
    ) {
        self.receiver = receiver
        self.host = String(host)
        timeout = request.timeout
        deadline = .now + .milliseconds(request.timeout.milliseconds)
        isOnce = request.repeatability == .once
        bodyRoom = max(request.maximumResponseBytes, 0)
        ccurl_set_text(handle, CURLOPT_URL, request.url)
        ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, request.timeout.milliseconds)
        setMethod(request)
        setHeaders(request)
        setConnection(request, settings)
    }

    private func setMethod(_ request: HTTPRequest) {
        let hasBody = !request.body.isEmpty || [.post, .put, .patch].contains(request.method)
        if hasBody {
            ccurl_set_long(handle, CURLOPT_POST, 1)
            request.body.withUnsafeBytes { bytes in
                _ = ccurl_set_body(handle, bytes.baseAddress, bytes.count)
            }
        } else {
            ccurl_set_long(handle, CURLOPT_HTTPGET, 1)
        }
        let usual: HTTPRequest.Method = hasBody ? .post : .get
        ccurl_set_text(
            handle, CURLOPT_CUSTOMREQUEST, request.method == usual ? nil : request.method.rawValue
        )
    }

    private func setHeaders(_ request: HTTPRequest) {
        var list: UnsafeMutablePointer<curl_slist>?
        var hasType = false
        for field in request.headers.fields {
            // libcurl takes "Name:" as the wish to leave a header out, and "Name;" as an empty one.
            list = curl_slist_append(list, field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
            hasType = hasType || field.name.utf8.count == 12 && field.name.lowercased() == "content-type"
        }
        // libcurl's own: a type of form data, and asking before a larger body is sent, which costs a round trip.
        if !hasType { list = curl_slist_append(list, "Content-Type:") }
        if !request.body.isEmpty { list = curl_slist_append(list, "Expect:") }
        headerList = list
        ccurl_set_list(handle, CURLOPT_HTTPHEADER, list)
    }

    private func setConnection(_ request: HTTPRequest, _ settings: CurlTransport.Settings) {
        var version = CURL_HTTP_VERSION_1_1
        var isAlone = false
        if case .streamed = receiver {
            // A paused stream of HTTP/2 would make all others of its connection wait.
            isAlone = true
        } else if request.url.hasPrefix("https"), settings.version.isHTTP2 {
            version = CURL_HTTP_VERSION_2TLS
        }
        ccurl_set_long(handle, CURLOPT_HTTP_VERSION, Int(version))
        // Better a stream of the connection that is being made than one more connection.
        ccurl_set_long(handle, CURLOPT_PIPEWAIT, Int(version) == Int(CURL_HTTP_VERSION_1_1) ? 0 : 1)
        ccurl_set_long(handle, CURLOPT_FRESH_CONNECT, isAlone ? 1 : 0)
        ccurl_set_long(handle, CURLOPT_FORBID_REUSE, isAlone ? 1 : 0)
        // An empty text is no proxy; none at all leaves it to the environment.
        let proxy: String?
        switch settings.proxy {
        case .environment: proxy = request.isDirect ? "" : nil
        case .direct: proxy = ""
        case .server(let url): proxy = request.isDirect ? "" : url
        }
        ccurl_set_text(handle, CURLOPT_PROXY, proxy)
    }
}

extension Duration {
    /// In whole milliseconds, from 1 (0 means no limit to libcurl) to what libcurl takes.
    fileprivate var milliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds < Int64(Int32.max) / 1000 else { return Int(Int32.max) }
        return max(1, Int(seconds * 1000 + attoseconds / 1_000_000_000_000_000))
    }
}
