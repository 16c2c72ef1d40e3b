import EventLedger
import EventLedgerGCP

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The request that a task stands for.
struct HTTPTarget: Sendable {
    let url: String
    let method: HTTPRequest.Method
    let headers: [(String, String)]
    let body: [UInt8]
    /// Whose token is shown, and for which audience.
    let token: (email: String, audience: String)?
    let deadline: Duration

    /// Reads what ``normalized(_:task:)`` made.
    init?(_ request: JSONObject, deadline: Duration) {
        guard let url = request["url"]?.stringValue,
            let method = request["httpMethod"]?.stringValue.flatMap({ HTTPRequest.Method(rawValue: $0) })
        else { return nil }
        self.url = url
        self.method = method
        headers = (request["headers"]?.objectValue?.fields ?? []).map { ($0.key, $0.value.stringValue ?? "") }
        body = request["body"]?.stringValue.flatMap { Data(base64Encoded: $0) }.map { Array($0) } ?? []
        token = request["oidcToken"]?.objectValue.flatMap { token in
            guard let email = token["serviceAccountEmail"]?.stringValue else { return nil }
            return (email, token["audience"]?.stringValue ?? url)
        }
        self.deadline = deadline
    }

    /// What protocol buffers call the methods, by number; Google's Python client sends the numbers.
    private static let methods = ["", "POST", "GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"]

    /// The limit of the service for a task; it does not count the encoding.
    private static let maximumBytes = 640 * 1024

    /// Checks a request as the service does, and fills in its defaults.
    static func normalized(_ given: JSONObject?, task: JSONObject) throws(APIError) -> JSONObject {
        guard task["appEngineHttpRequest"] == nil else {
            throw .invalid("App Engine tasks are not supported by cloud-tasks-local. Use httpRequest.")
        }
        guard let given else { throw .invalid("Task.httpRequest is required.") }
        guard let url = given["url"]?.stringValue, url.hasPrefix("http://") || url.hasPrefix("https://"),
            url.utf8.count <= 2083, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw .invalid("HttpRequest.url must begin with http:// or https://, and have at most 2083 characters.")
        }
        let method = try method(given["httpMethod"])
        guard given["oauthToken"] == nil else {
            throw .invalid(
                "HttpRequest.oauthToken is not supported by cloud-tasks-local, which has no access tokens of "
                    + "Google's to show. Use oidcToken.")
        }
        var request: JSONObject = ["url": .string(url), "httpMethod": .string(method.rawValue)]
        var headers = try headers(given["headers"])
        if let body = given["body"], !body.isNull, body.stringValue != "" {
            guard let text = body.stringValue, let data = decoded(text) else {
                throw .invalid("Invalid value at 'task.httpRequest.body': it is no base64.")
            }
            guard [.post, .put, .patch].contains(method) else {
                throw .invalid("HttpRequest.body is only allowed if the method is POST, PUT or PATCH.")
            }
            guard data.count <= maximumBytes else { throw .invalid("Task size too large") }
            request["body"] = .string(data.base64EncodedString())
            if !headers.contains(where: { $0.0.lowercased() == "content-type" }) {
                headers.append(("Content-Type", "application/octet-stream"))
            }
        }
        headers.append(("User-Agent", "Google-Cloud-Tasks"))
        request["headers"] = .object(JSONObject(headers.map { ($0.0, JSONValue.string($0.1)) }))
        if let token = given["oidcToken"]?.objectValue {
            guard let email = token["serviceAccountEmail"]?.stringValue, email.contains("@") else {
                throw .invalid("OidcToken.serviceAccountEmail is required.")
            }
            let audience = token["audience"]?.stringValue ?? ""
            request["oidcToken"] = [
                "serviceAccountEmail": .string(email), "audience": .string(audience.isEmpty ? url : audience),
            ]
        }
        return request
    }

    private static func method(_ value: JSONValue?) throws(APIError) -> HTTPRequest.Method {
        guard let value, !value.isNull else { return .post }
        var name = value.stringValue ?? ""
        if let number = value.integerValue, methods.indices.contains(Int(number)) { name = methods[Int(number)] }
        if name.isEmpty || name == "HTTP_METHOD_UNSPECIFIED" { return .post }
        guard let method = HTTPRequest.Method(rawValue: name) else {
            throw .invalid("HttpRequest.httpMethod '\(name)' is not supported by cloud-tasks-local.")
        }
        return method
    }

    /// The headers without those that the service sets itself, and in which it ignores what is given.
    private static func headers(_ value: JSONValue?) throws(APIError) -> [(String, String)] {
        var headers: [(String, String)] = []
        for field in value?.objectValue?.fields ?? [] {
            guard let text = field.value.stringValue, text.utf8.allSatisfy({ $0 >= 0x20 || $0 == 0x09 }),
                !field.key.isEmpty, field.key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") })
            else { throw .invalid("HttpRequest.headers: '\(field.key)' is no header.") }
            let name = field.key.lowercased()
            let isOurs = ["host", "content-length", "user-agent"].contains(name)
            let isReserved = ["x-google-", "x-appengine-", "x-cloudtasks-"].contains { name.hasPrefix($0) }
            if !isOurs, !isReserved { headers.append((field.key, text)) }
        }
        return headers
    }

    /// JSON of protocol buffers takes both alphabets of base64, with or without padding.
    private static func decoded(_ text: String) -> Data? {
        var bytes = Array(text.replacing("-", with: "+").replacing("_", with: "/").utf8)
        while bytes.count % 4 != 0 { bytes.append(UInt8(ascii: "=")) }
        return Data(base64Encoded: Data(bytes))
    }
}
