import CCurl

extension CurlExchange {
    /// What an end of libcurl's means.
    func result(_ code: CURLcode) -> Result<Void, any Error> {
        if code == CURLE_OK, refusal == nil, isHeadComplete { return .success(()) }
        return .failure(failure(code))
    }

    /// The time was over before libcurl had a connection for it.
    func expiry() -> HTTPFailure {
        HTTPFailure(.timedOut, "No connection to '\(host)' became free in time.", mayHaveArrived: false)
    }

    private func failure(_ code: CURLcode) -> HTTPFailure {
        // `starts` says that a connection stood, TLS and proxy included; the size counts what was handed to it, over all of
        // libcurl's own attempts.
        let mayHaveArrived = starts > 0 && ccurl_long(handle, CURLINFO_REQUEST_SIZE) > 0
        func failure(_ kind: HTTPFailure.Kind, _ message: String) -> HTTPFailure {
            HTTPFailure(kind, message, mayHaveArrived: mayHaveArrived)
        }
        switch refusal {
        case .tooLarge:
            return failure(.responseTooLarge, "The answer of '\(host)' was longer than allowed and was not read on.")
        case .sentAlready:
            return failure(.connectionLost, "The connection to '\(host)' ended before an answer began.")
        case .abandoned: return failure(.shutDown, "Nobody waits for the answer of '\(host)'.")
        case nil: break
        }
        switch code {
        case CURLE_OPERATION_TIMEDOUT:
            // Connecting has a limit of its own; when that was it, there is time left for another try.
            let elapsed = Duration.microseconds(ccurl_size(handle, CURLINFO_TOTAL_TIME_T))
            if starts == 0, elapsed + .milliseconds(1) < timeout {
                return failure(.notConnected, "'\(host)' could not be connected to in time.")
            }
            return failure(.timedOut, "'\(host)' did not answer in time.")
        case CURLE_OK:
            // libcurl takes a head that was cut for a whole one.
            return failure(.connectionLost, "The connection to '\(host)' ended in the headers of the answer.")
        case CURLE_UNSUPPORTED_PROTOCOL where starts > 0:
            return failure(.invalidResponse, "What '\(host)' answered is no HTTP.")
        default: return failure(Self.kind(code), "\(Self.beginning(code)) '\(host)': \(words(code))")
        }
    }

    private static func kind(_ code: CURLcode) -> HTTPFailure.Kind {
        switch code {
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .invalidRequest
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .unknownHost
        // A handshake that broke off is no judgement on the certificate.
        case CURLE_COULDNT_CONNECT, CURLE_PROXY, CURLE_SSL_CONNECT_ERROR, CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT,
            CURLE_NO_CONNECTION_AVAILABLE:
            .notConnected
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS,
            CURLE_SSL_CLIENTCERT, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED,
            CURLE_SSL_ENGINE_INITFAILED, CURLE_USE_SSL_FAILED:
            .insecure
        case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_FUNCTION_NOT_FOUND: .invalidResponse
        default: .connectionLost
        }
    }

    private static func beginning(_ code: CURLcode) -> String {
        switch kind(code) {
        case .unknownHost, .notConnected, .insecure: "No connection to"
        case .invalidResponse: "No readable answer from"
        case .invalidRequest: "Nothing can be asked of"
        default: "The connection was lost to"
        }
    }

    /// What libcurl says in general; for what happens before anything is sent, what it says in particular.
    private func words(_ code: CURLcode) -> String {
        if starts == 0, errorText[0] != 0 { return String(cString: errorText) }
        return String(cString: curl_easy_strerror(code))
    }
}
