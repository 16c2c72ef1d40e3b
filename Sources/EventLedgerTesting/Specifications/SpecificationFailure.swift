#if canImport(Testing)
import Testing
#endif

/// What a specification did not find as it should be.
public struct SpecificationFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was expected and what was found.
    public let description: String

    init(_ description: String) { self.description = description }

    /// Makes a difference known: as an issue where a test of Swift Testing runs, as an error elsewhere.
    ///
    /// - Parameter difference: What is wrong; `nil` where nothing is.
    /// - Throws: The failure, outside of a test.
    static func report(_ difference: String?, at place: SpecificationPlace) throws {
        guard let difference else { return }
        let failure = SpecificationFailure(difference)
        #if canImport(Testing)
        if Test.current != nil {
            Issue.record(
                Comment(rawValue: difference),
                sourceLocation: SourceLocation(
                    fileID: place.fileID, filePath: place.filePath, line: place.line, column: place.column
                )
            )
            return
        }
        #endif
        throw failure
    }
}

/// Where a specification stands in the sources.
struct SpecificationPlace {
    let fileID: String
    let filePath: String
    let line: Int
    let column: Int
}
