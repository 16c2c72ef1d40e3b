public import EventLedger

/// Tests a decision as given/when/then: what has happened, what is asked for, what happens then.
///
/// Decisions are plain functions: `decide` makes events of a command and a state, `evolve` makes the next state of a state
/// and an event.
///
/// ```swift
/// @Test func aSeatIsTakenOnce() throws {
///     try Given([.opened(seats: 2), .taken("ada")], from: Hall(), evolve: evolve)
///         .when { hall in try decide(.take("ada"), hall) }
///         .thenThrows(HallError.alreadyTaken)
/// }
/// ```
public struct Given<State> {
    /// What the facts make of the initial state.
    public let state: State

    /// Starts from a state.
    public init(state: State) { self.state = state }

    /// Starts from what facts make of an initial state.
    ///
    /// - Parameters:
    ///   - facts: What has happened, in order: events, or an enum of them.
    ///   - initialState: The state before the first.
    ///   - evolve: Makes the next state of a state and a fact.
    /// - Throws: What `evolve` throws.
    public init<Fact>(
        _ facts: [Fact], from initialState: State, evolve: (State, Fact) throws -> State
    ) rethrows {
        state = try facts.reduce(initialState, evolve)
    }

    /// Decides, by a function that returns events.
    ///
    /// - Parameter decide: The decision; what it throws is a decision too.
    public func when(_ decide: (State) throws -> [any Event]) -> Decision {
        Decision { try decide(state).map { try NewEvent($0) } }
    }

    /// Decides, by a function that fills a commit.
    ///
    /// - Parameter decide: The decision; what it throws is a decision too.
    public func when(filling decide: (inout Commit, State) throws -> Void) -> Decision {
        Decision {
            var commit = Commit()
            try decide(&commit, state)
            return commit.events
        }
    }
}

extension Given where State == [any Event] {
    /// Starts from events; the decision is given them as they are.
    public init(_ events: any Event...) { self.init(state: events) }
}
