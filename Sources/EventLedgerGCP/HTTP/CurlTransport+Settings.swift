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

        /// At most so many connections to one host; further requests wait for one, within their own time. 64 unless set. Where
        /// HTTP/2 is spoken, as by Google, one connection carries up to 100 requests at a time, and a second is opened only
        /// beyond those; with HTTP/1.1 every request in flight needs one.
        public var maximumConnectionsPerHost = 64
        /// How long connecting may take, the TLS handshake included; 10 seconds unless set. A request's own time holds too.
        public var connectTimeout = Duration.seconds(10)
        /// A file of certificates (PEM) that are accepted as authorities beside those of the system. There is no setting that
        /// accepts what no authority has signed.
        public var additionalAuthoritiesFile: String?
        /// Hosts, each with its port, such as `127.0.0.1:8080`, that speak HTTP/2 without TLS and without being asked, as
        /// Google's emulators do. All others are spoken to by HTTP/1.1 where the address begins with `http://`.
        public var http2WithoutTLS: Set<String> = []
        /// By which proxy servers are reached; what the environment says unless set.
        public var proxy = Proxy.environment

        /// Makes settings with the values that are documented at each.
        public init() {}
    }
}
