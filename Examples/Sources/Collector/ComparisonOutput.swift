import CommandLineSupport
import EventLedger

/// Shows what a comparison found.
struct ComparisonOutput {
    private let report: ComparisonReport
    private let left: String
    private let right: String
    private let json: Bool

    /// - Parameters:
    ///   - report: what was found.
    ///   - left: what the left side is called.
    ///   - right: what the right side is called.
    ///   - json: whether machines read it.
    init(_ report: ComparisonReport, left: String, right: String, json: Bool) {
        self.report = report
        self.left = left
        self.right = right
        self.json = json
    }

    private struct Line: Encodable {
        let collection: CollectionName
        let left: Int
        let right: Int
        let different: Int
    }

    func print() throws {
        for counts in report.collections {
            if json {
                try Output.json(
                    Line(
                        collection: counts.collection, left: counts.left, right: counts.right,
                        different: counts.different))
            } else {
                Swift.print(
                    "  \(counts.collection): \(counts.left) \(left), \(counts.right) \(right), \(counts.different) different"
                )
            }
        }
        for difference in report.differences {
            Terminal.note(
                "different: \(difference.key) \(difference.path) \(left) \(difference.left ?? "-") "
                    + "\(right) \(difference.right ?? "-")")
        }
        if !json { Swift.print(report.isEqual ? "Equal, field by field." : "\(report.differenceCount) fields differ.") }
    }
}
