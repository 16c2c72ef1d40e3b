import EventLedger
import EventLedgerGCP
import Foundation

/// A folder for one test's credentials files, removed with it.
final class CredentialsFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("credentials-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and returns its path.
    func write(_ text: String, to name: String = "key.json") throws -> String {
        let file = "\(path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        return file
    }

    func write(_ fields: JSONObject, to name: String = "key.json") throws -> String {
        try write(fields.description, to: name)
    }

    static let email = "collector@research.iam.gserviceaccount.com"

    static let serviceAccount: JSONObject = [
        "type": "service_account", "project_id": "research", "private_key_id": "first",
        "private_key": .string(TestKeys.first), "client_email": .string(email),
        "token_uri": "https://oauth2.googleapis.com/token",
    ]

    static let user: JSONObject = [
        "type": "authorized_user", "client_id": "an-id", "client_secret": "hush/hush+", "refresh_token": "1//refresh",
        "quota_project_id": "billed",
    ]

    /// What a token server answers.
    static func token(_ secret: String = "a-token", expiresIn seconds: Int64 = 3600) -> HTTPResponse {
        let body: JSONValue = [
            "access_token": .string(secret), "expires_in": .integer(seconds), "token_type": "Bearer",
        ]
        return HTTPResponse(status: 200, headers: ["Metadata-Flavor": "Google"], body: body.canonicalBytes)
    }
}
