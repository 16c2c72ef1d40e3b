import Foundation
import TestSupport
import Testing

@testable import EventLedgerGCP

/// Which servers are trusted. The server is Python's, with a certificate that `openssl` makes.
@Suite(.timeLimit(.minutes(10))) struct CurlTransportTLSTests {
    /// A server whose certificate, for `localhost`, is signed by itself.
    final class Server {
        let folder: URL
        let port: Int
        private let process: SpawnedProcess
        /// It ends when this process lets go of the other end.
        private let input = Pipe()
        /// Kept, or its last word would meet a broken pipe.
        private let output = Pipe()

        var authorities: String { folder.appendingPathComponent("cert.pem").path }

        struct NotStarted: Error {}

        private static let program = """
            import http.server, ssl, sys
            class Answer(http.server.BaseHTTPRequestHandler):
                protocol_version = "HTTP/1.1"
                def do_GET(self):
                    self.send_response(200)
                    self.send_header("Content-Length", "2")
                    self.end_headers()
                    self.wfile.write(b"ok")
                def log_message(self, *rest): pass
            class Server(http.server.ThreadingHTTPServer):
                def handle_error(self, request, client_address):
                    # Clients that do not trust it hang up.
                    if not isinstance(sys.exc_info()[1], (ConnectionError, ssl.SSLError)):
                        super().handle_error(request, client_address)
            server = Server(("127.0.0.1", 0), Answer)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain("cert.pem", "key.pem")
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
            print(server.server_address[1], flush=True)
            import threading
            threading.Thread(target=server.serve_forever, daemon=True).start()
            sys.stdin.read()
            """

        init() throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("tls-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let words = "req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost"
            let openssl = try SpawnedProcess(
                "openssl", words.components(separatedBy: " ") + ["-addext", "subjectAltName=DNS:localhost"],
                in: folder.path)
            guard openssl.waitForEnd() == 0 else { throw NotStarted() }
            process = try SpawnedProcess(
                "python3", ["-c", Self.program], in: folder.path, input: input.fileHandleForReading.fileDescriptor,
                output: output.fileHandleForWriting.fileDescriptor)
            try output.fileHandleForWriting.close()
            let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else { throw NotStarted() }
            self.port = port
        }

        deinit {
            process.send(SIGTERM)
            try? FileManager.default.removeItem(at: folder)
        }
    }

    private func send(_ url: String, authorities: String?) async throws -> HTTPResponse {
        var settings = CurlTransport.Settings()
        settings.proxy = .direct
        settings.additionalAuthoritiesFile = authorities
        return try await CurlTransport(settings).send(HTTPRequest(.get, url))
    }

    @Test func trustsOnlyWhatAnAuthorityHasSigned() async throws {
        let server = try Server()
        let url = "https://localhost:\(server.port)/"
        #expect(try await send(url, authorities: server.authorities).body == Array("ok".utf8))
        for (url, authorities) in [
            (url, nil), (url, "/nonexistent.pem"),
            // The certificate is another host's.
            ("https://127.0.0.1:\(server.port)/", server.authorities),
        ] {
            let failure = await #expect(throws: HTTPFailure.self) { try await send(url, authorities: authorities) }
            #expect(failure?.kind == .insecure, "\(String(describing: failure))")
            #expect(failure?.mayHaveArrived == false)
        }
    }

    @Test func saysThatABrokenHandshakeCarriedNothing() async throws {
        let server = try LoopbackServer { _, _ in false }
        let sending = Task { try await send("https://127.0.0.1:\(server.port)/", authorities: nil) }
        // It never says a word of TLS.
        try await yieldUntil { server.connections > 0 }
        server.stop()
        let failure = await #expect(throws: HTTPFailure.self) { try await sending.value }
        #expect(failure?.kind == .notConnected)
        #expect(failure?.mayHaveArrived == false)
    }
}
