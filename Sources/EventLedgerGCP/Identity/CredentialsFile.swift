import Dispatch
import EventLedger

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A file of credentials, as Google's console and `gcloud auth application-default login` write it.
enum CredentialsFile: Sendable {
    /// A service account's key.
    case serviceAccount(ServiceAccountKey)
    /// A person's consent.
    case user(UserCredentials)

    /// The project that the file belongs to, where it names one.
    var project: String? {
        switch self {
        case .serviceAccount(let key): key.project
        case .user: nil
        }
    }

    /// The project that is billed, where the file names one.
    var quotaProject: String? {
        switch self {
        case .serviceAccount(let key): key.quotaProject
        case .user(let user): user.quotaProject
        }
    }

    /// Reads a file, on a thread that may block.
    ///
    /// - Returns: `nil` where there is no such file.
    /// - Throws: ``LedgerError`` that names the path and never the content: `invalidValue`, or `unsupported` for a type of
    ///   credentials that is not known here.
    static func read(_ path: String) async throws -> CredentialsFile? {
        let bytes: [UInt8]? = try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try content(of: path) })
            }
        }
        return try bytes.map { try CredentialsFile($0, path: path) }
    }

    private static func content(of path: String) throws -> [UInt8]? {
        do {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            return nil
        } catch {
            throw LedgerError(.invalidValue, "The credentials file '\(path)' cannot be read. Check its permissions.")
        }
    }

    /// Takes what is in a file.
    init(_ bytes: [UInt8], path: String) throws {
        guard bytes.count <= 1 << 20, let fields = try? JSONText(bytes).value().objectValue else {
            throw LedgerError(.invalidValue, "The credentials file '\(path)' is not a JSON object.")
        }
        let file = Fields(fields: fields, path: path)
        switch try file.text("type") {
        case "service_account": self = .serviceAccount(try ServiceAccountKey(file))
        case "authorized_user": self = .user(try UserCredentials(file))
        case let type:
            let name = type.utf8.allSatisfy(\.isWord) && type.utf8.count <= 64 ? type : "?"
            throw LedgerError(
                .unsupported,
                "The credentials file '\(path)' is of the type '\(name)'. Use the key of a service account, or run on Google "
                    + "Cloud with a service account attached.",
                details: ["path": path, "type": name]
            )
        }
    }

    /// The fields of a file, with errors that name it.
    struct Fields {
        let fields: JSONObject
        let path: String

        func text(_ name: String) throws -> String {
            guard let text = optional(name) else {
                throw LedgerError(
                    .invalidValue, "The credentials file '\(path)' has no '\(name)'.",
                    details: ["path": path, "field": name]
                )
            }
            return text
        }

        func optional(_ name: String) -> String? {
            fields[name]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        }
    }
}

extension UInt8 {
    /// Whether it is a letter, a digit, `_` or `-`: what Google's short codes are made of.
    var isWord: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
