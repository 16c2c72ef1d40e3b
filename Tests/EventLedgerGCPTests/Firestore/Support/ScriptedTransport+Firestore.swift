import EventLedgerGCP
import GCPTestSupport

extension ScriptedTransport {
    /// A transport that always gives the same answer.
    static func answering(_ status: Int, _ body: String) -> ScriptedTransport {
        .answering(HTTPResponse(status: status, body: Array(body.utf8)))
    }

    /// A transport that passes requests on.
    static func recording() -> ScriptedTransport { ScriptedTransport { try await GCPServices.transport.send($0) } }

    /// A cloud that is reached by this transport alone.
    var cloud: GoogleCloud {
        GoogleCloud(
            project: "p", transport: self, tokens: NoAccessTokens(), emulators: [.firestore: "http://firestore.invalid"]
        )
    }
}
