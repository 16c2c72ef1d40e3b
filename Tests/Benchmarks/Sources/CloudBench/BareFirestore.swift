import BenchSupport
import EventLedger
import EventLedgerGCP

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The Firestore emulator asked over REST with nothing around it: JSON is put together as text, answers are not decoded.
///
/// It makes the fewest writes that keep positions without gaps, a head on the condition that nobody else has written it and
/// an event each; there are no streams, no receipts and no hashes, so no ledger can be faster on this emulator.
struct BareFirestore {
    private let transport = CurlTransport(BareFirestore.settings)
    private let base: String
    private let database: String
    private let data: String

    /// - Parameter bytes: The size of an event's data.
    init(project: String, bytes: Int = 300) throws {
        guard let host = ProcessInfo.processInfo.environment["FIRESTORE_EMULATOR_HOST"] else {
            throw BenchmarkFailure("FIRESTORE_EMULATOR_HOST is not set. Start the services.")
        }
        database = "projects/\(project)/databases/(default)/documents"
        base = "http://\(host)/v1/\(database)"
        data = Data(try NumberedJSON(bytes: bytes).json(0).bytes).base64EncodedString()
    }

    /// Commits events at the positions behind one, with the head.
    ///
    /// - Parameter updateTime: That of the head; nothing where there is none yet.
    /// - Returns: The new one.
    func commit(_ events: Int, behind position: Int, headAt updateTime: String?) async throws -> String {
        let condition = updateTime.map { "\"updateTime\":\"\($0)\"" } ?? "\"exists\":false"
        var writes = [
            """
            {"update":{"name":"\(database)/bare/head","fields":{"position":{"integerValue":"\(position + events)"}}},\
            "currentDocument":{\(condition)}}
            """
        ]
        for number in position + 1...position + events {
            writes.append(
                """
                {"update":{"name":"\(database)/bare/log/events/\(EventID.timeOrdered().rawValue)","fields":{"data":\
                {"bytesValue":"\(data)"},"position":{"integerValue":"\(number)"}}},"currentDocument":{"exists":false}}
                """
            )
        }
        let answer = try await call(":commit", "{\"writes\":[\(writes.joined(separator: ","))]}")
        guard
            let time = try JSONText(answer).value().objectValue?["writeResults"]?.arrayValue?.first?.objectValue?[
                "updateTime"]?.stringValue
        else { throw BenchmarkFailure("Firestore did not say when it committed.") }
        return time
    }

    /// Asks for a page of the events of a ledger of ours.
    ///
    /// - Returns: How many there were.
    func page(behind position: Int, limit: Int) async throws -> Int {
        let answer = try await call(
            "/ledgers/main:runQuery",
            """
            {"structuredQuery":{"from":[{"collectionId":"events"}],"where":{"compositeFilter":{"op":"AND","filters":[\
            {"fieldFilter":{"field":{"fieldPath":"partition"},"op":"EQUAL","value":{"integerValue":"0"}}},\
            {"fieldFilter":{"field":{"fieldPath":"position"},"op":"GREATER_THAN","value":\
            {"integerValue":"\(position)"}}}]}},"orderBy":[{"field":{"fieldPath":"position"}}],"limit":\(limit)}}
            """
        )
        return answer.occurrences(of: Array("\"document\":".utf8))
    }

    private func call(_ method: String, _ body: String) async throws -> [UInt8] {
        let request = HTTPRequest(
            .post, base + method, headers: ["content-type": "application/json"], body: Array(body.utf8)
        )
        let response = try await transport.send(request)
        guard response.status == 200 else { throw BenchmarkFailure("Firestore answered \(response.status).") }
        return response.body
    }

    private static var settings: CurlTransport.Settings {
        var settings = CurlTransport.Settings()
        settings.proxy = .direct
        return settings
    }
}

extension [UInt8] {
    /// How often other bytes stand in them.
    fileprivate func occurrences(of other: [UInt8]) -> Int {
        guard let first = other.first else { return 0 }
        var count = 0
        var rest = self[...]
        while let start = rest.firstIndex(of: first) {
            rest = rest[start...]
            if rest.starts(with: other) { count += 1 }
            rest = rest.dropFirst()
        }
        return count
    }
}
