import EventLedger

/// A dataset of BigQuery in which events are kept: in the table `events`, with views beside it.
///
/// ```swift
/// let dataset = try BigQueryDataset("research_wal", on: cloud, location: "EU")
/// try await BigQuerySchema.create(in: dataset)
/// ```
public struct BigQueryDataset: Sendable {
    /// How BigQuery is reached.
    public let cloud: GoogleCloud
    /// The dataset's id in the project.
    public let name: String
    /// Where the data are kept, such as `EU`; `nil` for BigQuery's own choice, `US`.
    public let location: String?

    /// Names a dataset; nothing is sent.
    ///
    /// - Parameters:
    ///   - name: Letters, digits and `_`, up to 1,024.
    ///   - cloud: How BigQuery is reached, and the project.
    ///   - location: Where the data are kept, such as `EU` or `europe-west3`. It cannot be changed later.
    /// - Throws: ``LedgerError`` with `invalidName` where a name of the three cannot be one.
    public init(_ name: String, on cloud: GoogleCloud, location: String? = nil) throws {
        try Self.check(name, "dataset", allowing: "_", atMost: 1024)
        try Self.check(cloud.project, "project", allowing: "-_", atMost: 63)
        if let location { try Self.check(location, "location", allowing: "-", atMost: 63) }
        self.cloud = cloud
        self.name = name
        self.location = location
    }

    /// Puts project and dataset into a statement: `{{project}}` and `{{dataset}}`. Nothing else is put into statements;
    /// values are parameters.
    ///
    /// - Parameter sql: The statement, with the names between backticks, such as `` `{{project}}.{{dataset}}.events` ``.
    /// - Throws: ``LedgerError`` with `invalidValue` where it has a placeholder of another name.
    public func render(_ sql: String) throws -> String {
        var rendered = ""
        var rest = sql[...]
        while let start = rest.firstRange(of: "{{") {
            guard let end = rest[start.upperBound...].firstRange(of: "}}") else { break }
            rendered += rest[..<start.lowerBound]
            switch rest[start.upperBound..<end.lowerBound] {
            case "project": rendered += cloud.project
            case "dataset": rendered += name
            default:
                throw LedgerError(
                    .invalidValue, "A statement has a placeholder that is neither {{project}} nor {{dataset}}."
                )
            }
            rest = rest[end.upperBound...]
        }
        return rendered + rest
    }

    /// How the dataset is named in messages.
    var resource: String { "the BigQuery dataset '\(cloud.project):\(name)'" }
    /// How its table of events is named in messages.
    var tableResource: String { "the BigQuery table '\(cloud.project):\(name).events'" }

    /// For answers that are not what BigQuery documents.
    func unreadable() -> LedgerError {
        LedgerError(.unavailable, "BigQuery gave an answer about \(resource) that cannot be read.")
    }

    /// Since the names are checked to be free of everything that means something, they can stand in paths and statements.
    private static func check(_ name: String, _ noun: String, allowing others: String, atMost limit: Int) throws {
        let isName =
            !name.isEmpty && name.utf8.count <= limit
            && name.unicodeScalars.allSatisfy {
                ($0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil))
                    || others.unicodeScalars.contains($0)
            }
        guard isName else {
            throw LedgerError(
                .invalidName,
                "'\(name.prefix(255))' cannot be a \(noun) of BigQuery's: 1 to \(limit) letters, digits and any of '\(others)'.",
                details: ["limit": "\(limit)"]
            )
        }
    }
}
