public import EventLedger

/// All events of the example, for those who read a ledger without knowing what comes.
public enum ResearchEvents {
    /// The types by their names on the wire.
    public static let catalog = EventCatalog(
        UserRegistered.self, SeedsUpdated.self, RunStarted.self, PapersUpserted.self, DigestCreated.self,
        RunCompleted.self, SearchExecuted.self, AgentActed.self)
}
