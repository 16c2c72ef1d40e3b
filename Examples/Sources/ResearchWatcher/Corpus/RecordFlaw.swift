/// Why a line is not a record: a problem that does not know yet where it is.
struct RecordFlaw: Error {
    let kind: SourceProblem.Kind
    let message: String

    /// The flaw with its place.
    func problem(file: String, line: Int) -> SourceProblem {
        SourceProblem(kind: kind, file: file, line: line, message: message)
    }
}
