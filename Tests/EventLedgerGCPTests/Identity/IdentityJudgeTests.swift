import Dispatch
import EventLedger
import EventLedgerGCP
import EventLedgerTesting
import Foundation
import Testing

/// google-auth, Google's own library, as the judge.
@Suite struct IdentityJudgeTests {
    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Support/gcp/judges/identity.py").standardized.path

    private static func python(_ arguments: [String], input: Data = Data()) throws -> (status: Int32, output: [UInt8]) {
        let process = Process(), standardInput = Pipe(), output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        process.standardInput = standardInput
        process.standardOutput = output
        try process.run()
        try standardInput.fileHandleForWriting.write(contentsOf: input)
        try standardInput.fileHandleForWriting.close()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, [UInt8](bytes))
    }

    private static let isInstalled = (try? python(["-c", "import google.auth, cryptography"]).status) == 0

    @Test(.enabled(if: isInstalled, "google-auth is not installed."))
    func googleAuthAndTheLibraryAcceptEachOthersTokens() async throws {
        let folder = try CredentialsFolder()
        let bench = try VerifierBench()
        let path = try folder.write(CredentialsFolder.serviceAccount)
        let tokenServer = ScriptedTransport.answering(CredentialsFolder.token())
        _ = try await ApplicationDefaultCredentials.find(
            environment: ["GOOGLE_APPLICATION_CREDENTIALS": path], transport: tokenServer, clock: bench.clock
        ).accessToken()
        let form = String(decoding: tokenServer.requests[0].body, as: UTF8.self)
        let assertion = try #require(form.split(separator: "=").last)
        let order: JSONValue = [
            "privateKey": .string(TestKeys.first), "keyID": "first", "assertion": .string(String(assertion)),
            "audience": "https://oauth2.googleapis.com/token", "claims": bench.claims(),
        ]
        let answer: (status: Int32, output: [UInt8]) = try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    with: Result { try Self.python([Self.script], input: Data(order.canonicalBytes)) })
            }
        }
        #expect(answer.status == 0)
        let verdict = try JSONText(answer.output).value().objectValue
        #expect(verdict?["claims"]?.objectValue?["iss"] == .string(CredentialsFolder.email))
        let token = try #require(verdict?["token"]?.stringValue)
        #expect(try await bench.verifier.verify(token).email == VerifierBench.email)
    }
}
