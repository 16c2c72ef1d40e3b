/// What a source hands on.
public enum SourceItem: Sendable, Hashable {
    /// A record that was understood.
    case paper(Paper)
    /// A record or file that was not.
    case problem(SourceProblem)
}
