import EventLedger

/// What was found of a condition up to some position. It stays true: events are never put before others, nor changed.
struct ConditionJudgement: Hashable, Sendable {
    /// Up to where events were looked at.
    let through: Position
    /// The first event that the condition forbids; `nil` where there is none up to there.
    let found: Position?

    /// What two callers have found together.
    func merging(_ other: ConditionJudgement) -> ConditionJudgement {
        if found != nil { return self }
        return other.found != nil || other.through > through ? other : self
    }
}
