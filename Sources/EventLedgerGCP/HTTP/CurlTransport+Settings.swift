import CCurl

extension CurlTransport {
    /// How connections are made and kept.
    public struct Settings: Hashable, Sendable {
        /// By which proxy servers are reached.
        public enum Proxy: Hashable, Sendable {
            /// What the environment says: `https_proxy`, `http_proxy` (in small letters only, since a CGI's environment has
            /// a request's header in the other), `all_proxy` and `no_proxy`, as libcurl documents in
            /// https://everything.curl.dev/usingcurl/proxies/env.html.
            case environment
            /// None.
            case direct
            /// One, such as `http://proxy.example:3128`.
            case server(String)
        }

        /// Which version of HTTP is spoken to servers that know both; without TLS it is always 1.1.
        public enum Version: Hashable, Sendable {
            /// HTTP/2 where the system's libcurl is 8.1 or later, else HTTP/1.1.
            ///
            /// libcurl 7.88 (Debian 12) ends each stream that was done with a reset of it. Servers that count resets, to guard
            /// against floods of them (CVE-2023-44487), close the connection after about a thousand requests, under all that
            /// are in flight. Its HTTP/1.1 is as fast, and takes less CPU with larger bodies.
            case automatic
            /// HTTP/2, and HTTP/1.1 where the server does not know it.
            case http2
            /// HTTP/1.1.
            case http1
        }

        /// Which version of HTTP is spoken.
        public var version = Version.automatic
        /// At most so many connections to one host; further requests wait for one, within their own time. 64 unless set. Where
        /// HTTP/2 is spoken, one connection carries up to 100 requests at a time, and a second is opened only beyond those;
        /// with HTTP/1.1 every request in flight needs one.
        public var maximumConnectionsPerHost = 64
        /// How long connecting may take, the TLS handshake included; 10 seconds unless set. A request's own time holds too.
        public var connectTimeout = Duration.seconds(10)
        /// A file of certificates (PEM) that are accepted as authorities beside those of the system. There is no setting that
        /// accepts what no authority has signed.
        public var additionalAuthoritiesFile: String?
        /// By which proxy servers are reached, but for requests that are ``HTTPRequest/isDirect``; what the environment says unless
        /// set.
        public var proxy = Proxy.environment

        /// Makes settings with the values that are documented at each.
        public init() {}
    }
}

extension CurlTransport.Settings.Version {
    private static let isNewEnough = ccurl_version().map { $0.pointee.version_num >= 0x080100 } ?? false

    /// Whether HTTP/2 is offered.
    var isHTTP2: Bool {
        switch self {
        case .automatic: Self.isNewEnough
        case .http2: true
        case .http1: false
        }
    }
}
