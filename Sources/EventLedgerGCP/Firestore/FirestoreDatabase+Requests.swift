import EventLedger

extension FirestoreDatabase {
    /// The full name of a document.
    func fullName(_ path: String) -> String { "\(name)/documents/\(path)" }

    /// A path with all encoded that is no unreserved character of RFC 3986, slashes excepted.
    static func encoded(_ path: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes = [UInt8]()
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Calls a method and gives the parts of its answer: streamed answers are arrays, others one object.
    func call(
        _ method: String, _ body: JSONObject, resource: String,
        repeatability: HTTPRequest.Repeatability = .idempotent, timeout: Duration? = nil
    ) async throws -> [JSONObject] {
        let answer = try await send(
            method, body, resource: resource, repeatability: repeatability, timeout: timeout
        )
        return try parts(of: answer, resource: resource)
    }

    /// Calls a method whose answer holds documents.
    func documents(
        _ method: String, _ body: JSONObject, resource: String
    ) async throws -> [FirestoreAnswerPart] {
        // Who reads has lost no race: it was in the way of others, and asks again.
        let attempts = 5
        var attempt = 1
        while true {
            do {
                let bytes = try await send(method, body, resource: resource, repeatability: .idempotent)
                guard let answer = try? AnswerScanner.parts(of: bytes) else { throw unreadable(resource) }
                if answer.contains(where: \.isError) { _ = try parts(of: bytes, resource: resource) }
                return answer
            } catch let conflict as FirestoreConflict {
                guard attempt < attempts, body["transaction"] == nil else {
                    throw LedgerError(
                        .unavailable, "Firestore broke off reading \(resource) (\(conflict.reason)). Try again.",
                        details: ["database": name, "reason": conflict.reason], underlying: conflict
                    )
                }
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...(10 << attempt))))
                attempt += 1
            }
        }
    }

    private func send(
        _ method: String, _ body: JSONObject, resource: String, repeatability: HTTPRequest.Repeatability,
        timeout: Duration? = nil
    ) async throws -> [UInt8] {
        do {
            return try await service.call(
                .post, "/v1/\(Self.encoded(name))/documents\(method)", body: body.canonicalBytes, resource: resource,
                repeatability: repeatability, timeout: timeout ?? self.timeout
            )
        } catch {
            throw meaning(of: error, resource: resource)
        }
    }

    private func parts(of bytes: [UInt8], resource: String) throws -> [JSONObject] {
        guard let answer = try? JSONText(bytes).value() else { throw unreadable(resource) }
        let parts = answer.arrayValue ?? [answer]
        for part in parts {
            // A stream that breaks after its first part ends with the error as an element.
            guard let error = part.objectValue?["error"]?.objectValue else { continue }
            let refusal = GoogleAPIError(
                service: .firestore, status: Int(error["code"]?.integerValue ?? 500),
                reason: error["status"]?.stringValue ?? "UNKNOWN",
                message: String((error["message"]?.stringValue ?? "").prefix(500))
            )
            throw meaning(of: refusal, resource: resource)
        }
        return parts.compactMap(\.objectValue)
    }

    func json(of write: FirestoreWrite) -> JSONValue {
        var object: JSONObject = [:]
        switch write.change {
        case .set(let fields):
            object["update"] = ["name": .string(fullName(write.path)), "fields": FirestoreValue.json(of: fields)]
        case .update(let fields, let mask):
            object["update"] = ["name": .string(fullName(write.path)), "fields": FirestoreValue.json(of: fields)]
            object["updateMask"] = ["fieldPaths": .array(mask.map { .string($0) })]
        case .delete: object["delete"] = .string(fullName(write.path))
        }
        switch write.precondition {
        case .exists(let expected): object["currentDocument"] = ["exists": .bool(expected)]
        case .updateTime(let time): object["currentDocument"] = ["updateTime": .string(time)]
        case nil: break
        }
        return .object(object)
    }

    /// An answer that is not what Firestore says that it sends, or a document that the library did not write.
    func unreadable(_ resource: String) -> LedgerError {
        LedgerError(
            .corrupt, "What Firestore answered about \(resource) cannot be read. Was it written by something else?",
            details: ["database": name]
        )
    }

    /// What a refusal means to the ledger.
    private func meaning(of error: any Error, resource: String) -> any Error {
        guard let refusal = (error as? LedgerError)?.underlying as? GoogleAPIError ?? error as? GoogleAPIError
        else { return error }
        let details = ["database": name, "status": "\(refusal.status)", "reason": refusal.reason]
        if isAboutSize(refusal) {
            return LedgerError(
                .limitExceeded,
                "What is to be written for \(resource) is more than Firestore takes: 1 MiB a document, 10 MiB a commit. "
                    + "Split it.",
                details: details, underlying: refusal
            )
        }
        // What all services say in the same way names the resource already.
        guard error is GoogleAPIError else { return error }
        switch refusal.reason {
        case "FAILED_PRECONDITION" where refusal.message.contains("requires an index"):
            return LedgerError(
                .unavailable,
                "An index for \(resource) is missing in \(self), or still being built. Deploy 'firestore.indexes.json'.",
                details: details, underlying: refusal
            )
        case "FAILED_PRECONDITION" where refusal.message.contains("Datastore Mode"):
            return LedgerError(
                .unsupported, "\(self) is in Datastore mode. Create one in Native mode.".capitalizedAtStart,
                details: details, underlying: refusal
            )
        case "FAILED_PRECONDITION", "ALREADY_EXISTS", "ABORTED": return FirestoreConflict(reason: refusal.reason)
        case "NOT_FOUND" where isAboutDatabase(refusal.message):
            return LedgerError(
                .notFound,
                "\(self) does not exist. Check the project and the name of the database, or create it."
                    .capitalizedAtStart,
                details: details, underlying: refusal
            )
        case "NOT_FOUND": return FirestoreConflict(reason: refusal.reason)
        // A transaction that Firestore ended meanwhile is a lost race.
        case "INVALID_ARGUMENT" where refusal.message.lowercased().contains("transaction"):
            return FirestoreConflict(reason: refusal.reason)
        default:
            return LedgerError(
                code(for: refusal.status),
                "Firestore refused a request about \(resource) (\(refusal.status) \(refusal.reason)).",
                details: details, underlying: refusal
            )
        }
    }

    /// What a status means that stands within an answer, or that nothing else is known of.
    private func code(for status: Int) -> LedgerError.Code {
        switch status {
        case 401, 403: .forbidden
        case 404: .notFound
        case 429, 500, 503: .unavailable
        case 504: .timeout
        default: .invalidValue
        }
    }

    /// Documents that are not there are named by their path, or called entities; else it is what they stand in.
    private func isAboutDatabase(_ message: String) -> Bool {
        let message = message.lowercased()
        return !["no document", "entity", "/documents/"].contains { message.contains($0) }
    }

    /// A document that is too large, or a request, of which the front end of Google's services may say so by its status alone.
    private func isAboutSize(_ refusal: GoogleAPIError) -> Bool {
        guard refusal.status != 413 else { return true }
        let message = refusal.message.lowercased()
        // The emulator takes 4 MiB a request, and says so as if it were a quota.
        if refusal.reason == "RESOURCE_EXHAUSTED" { return message.contains("exceeds maximum size") }
        guard refusal.reason == "INVALID_ARGUMENT" else { return false }
        return [
            "longer than", "exceeds the maximum", "exceeds the limit", "too large", "too big", "maximum size",
            "larger than",
        ].contains { message.contains($0) }
    }
}

extension String {
    fileprivate var capitalizedAtStart: String { prefix(1).uppercased() + dropFirst() }
}
