/// Compares collections of two stores document by document and field by field, in constant memory.
///
/// Both sides are read by id, page by page, and merged. Versions are not compared: they count writes, and a replay makes
/// fewer. Values are equal where kind and content are: `true` is not 1, and 1 is not 1.0.
public struct DocumentComparison: Sendable {
    private let left: any DocumentReader
    private let right: any DocumentReader
    private let ignored: Set<String>
    private let maximumDifferences: Int

    /// How many documents of each side are at hand at once.
    private static let pageSize = 200

    /// Makes a comparison.
    ///
    /// - Parameters:
    ///   - left: One store, such as the live one.
    ///   - right: The other, such as the replayed one.
    ///   - ignored: Paths of fields, keys joined by `.`, that are not compared, with all that is below them.
    ///   - maximumDifferences: How many differences the report lists; all of them are counted.
    public init(
        of left: any DocumentReader, with right: any DocumentReader, ignoring ignored: Set<String> = [],
        maximumDifferences: Int = 20
    ) {
        self.left = left
        self.right = right
        self.ignored = ignored
        self.maximumDifferences = maximumDifferences
    }

    /// Compares collections.
    ///
    /// What is written meanwhile may or may not be seen; compare what stands still.
    ///
    /// - Parameter collections: The collections, as readers name them.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/notFound`` for a collection that has no documents on either side and that no
    ///   projection owns: its name may be mistyped. The stores' errors.
    /// - Complexity: O(documents of both sides); memory for a page of each.
    public func compare(_ collections: [CollectionName]) async throws -> ComparisonReport {
        var report = ComparisonReport()
        for collection in collections { try await compare(collection, &report) }
        return report
    }

    private func compare(_ collection: CollectionName, _ report: inout ComparisonReport) async throws {
        let query = DocumentQuery(collection, limit: Self.pageSize)
        var (lefts, rights) = (left.all(query).makeAsyncIterator(), right.all(query).makeAsyncIterator())
        var (one, other) = (try await lefts.next(), try await rights.next())
        var counts = ComparisonReport.Counts(collection: collection)
        while one != nil || other != nil {
            try Task.checkCancellation()
            let order = Self.order(one, other)
            if order <= 0 { counts.left += 1 }
            if order >= 0 { counts.right += 1 }
            let before = report.differenceCount
            if order == 0, let one, let other {
                compare(.object(one.fields), .object(other.fields), at: "", of: one.key, &report)
            } else if let key = order < 0 ? one?.key : other?.key {
                note(
                    key, "", order < 0 ? one.map { JSONValue.object($0.fields) } : nil,
                    order > 0 ? other.map { JSONValue.object($0.fields) } : nil, &report)
            }
            if report.differenceCount > before { counts.different += 1 }
            if order <= 0 { one = try await lefts.next() }
            if order >= 0 { other = try await rights.next() }
        }
        if counts.left == 0, counts.right == 0 { try await requireOwner(of: collection) }
        report.collections.append(counts)
    }

    /// A collection of a projection that has run may be empty.
    private func requireOwner(of collection: CollectionName) async throws {
        let key = CollectionOwnership.key(of: collection)
        if try await left.document(key) != nil { return }
        if try await right.document(key) != nil { return }
        throw LedgerError(
            .notFound,
            "Neither side has a collection '\(collection)'. Correct the name, or let the projection that owns it run first.",
            details: ["collection": collection.rawValue]
        )
    }

    /// Negative where the left document comes first or stands alone, positive where the right one does.
    private static func order(_ left: Document?, _ right: Document?) -> Int {
        guard let left else { return 1 }
        guard let right else { return -1 }
        if left.key.id == right.key.id { return 0 }
        return left.key.id < right.key.id ? -1 : 1
    }

    private func compare(
        _ left: JSONValue?, _ right: JSONValue?, at path: String, of key: DocumentKey, _ report: inout ComparisonReport
    ) {
        guard !ignored.contains(path) || path.isEmpty else { return }
        switch (left, right) {
        case (.object(let one)?, .object(let other)?):
            for field in one.fields {
                compare(field.value, other[field.key], at: Self.path(path, field.key), of: key, &report)
            }
            for field in other.fields where one[field.key] == nil {
                compare(nil, field.value, at: Self.path(path, field.key), of: key, &report)
            }
        case (.array(let one)?, .array(let other)?) where one.count == other.count:
            for index in one.indices {
                compare(one[index], other[index], at: Self.path(path, "\(index)"), of: key, &report)
            }
        default:
            if left != right { note(key, path, left, right, &report) }
        }
    }

    private static func path(_ path: String, _ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private func note(
        _ key: DocumentKey, _ path: String, _ left: JSONValue?, _ right: JSONValue?, _ report: inout ComparisonReport
    ) {
        report.differenceCount += 1
        guard report.differences.count < maximumDifferences else { return }
        report.differences.append(
            ComparisonReport.Difference(
                key: key, path: path, left: left.map(ComparisonReport.excerpt),
                right: right.map(ComparisonReport.excerpt)
            )
        )
    }
}
