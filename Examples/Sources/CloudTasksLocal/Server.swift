import CommandLineSupport
import EventLedger
import EventLedgerCommands
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// The web server around the API.
struct Server: Sendable {
    let api: CloudTasksAPI
    let host: String
    let port: Int
    let portFile: String?
    /// Who issues the tokens; this server unless given.
    let issuer: String?
    let logger: Logger

    /// What a task may have, with its base64 and its headers.
    private static let maximumBody = 2 << 20

    /// Serves until SIGTERM or SIGINT.
    func run() async throws {
        let application = Application(
            responder: CallbackResponder<BasicRequestContext> { request, _ in await respond(to: request) },
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: "cloud-tasks-local"
            ),
            services: [api.dispatcher],
            onServerRunning: { channel in await begin(at: channel.localAddress?.port ?? port) },
            logger: logger
        )
        do {
            try await application.runService()
        } catch {
            guard let failure = CommandFailure(error, listeningOn: host, port: port) else { throw error }
            throw failure
        }
    }

    /// The port is told last: who knows it finds a server that works.
    private func begin(at port: Int) async {
        api.issuer.issuer = issuer ?? "http://\(host):\(port)"
        do {
            try await api.dispatcher.start()
            try tell(port)
        } catch {
            // Nobody hears what is thrown here: the dispatcher ends with it, and the process with that.
            api.dispatcher.fail(error)
            return
        }
        // Not printed, since nobody would see that before the end where the output is a file.
        FileHandle.standardOutput.write(Data("cloud-tasks-local listens on \(host):\(port)\n".utf8))
    }

    private func tell(_ port: Int) throws {
        guard let portFile else { return }
        do {
            try Data("\(port)".utf8).write(to: URL(filePath: portFile), options: .atomic)
        } catch {
            throw CommandFailure(
                .unavailable,
                "The port cannot be written to '\(portFile)'. Check that its folder exists and may be written.")
        }
    }

    private func respond(to request: Request) async -> Response {
        let answer: Answer
        do {
            let body = try await request.body.collect(upTo: Self.maximumBody)
            answer = await api.answer(
                Call(
                    method: request.method.rawValue, path: request.uri.path.removingPercentEncoding ?? request.uri.path,
                    query: Self.query(request.uri.query ?? ""), body: Array(body.readableBytesView)
                )
            )
        } catch {
            answer = Answer(.status(400, "The body could not be read, or is larger than \(Self.maximumBody) bytes."))
        }
        var headers: HTTPFields = [.contentType: "application/json; charset=UTF-8"]
        for (name, value) in answer.headers {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return Response(
            status: HTTPResponse.Status(code: answer.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: JSONValue.object(answer.body).canonicalBytes))
        )
    }

    private static func query(_ text: String) -> [String: String] {
        var result: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let decoded = halves.map { half -> String in
                let text = half.replacing("+", with: " ")
                return text.removingPercentEncoding ?? String(text)
            }
            let value = decoded.count == 2 ? decoded[1] : ""
            // A field mask may come as several parameters of one name.
            result[decoded[0]] = result[decoded[0]].map { "\($0),\(value)" } ?? value
        }
        return result
    }
}
