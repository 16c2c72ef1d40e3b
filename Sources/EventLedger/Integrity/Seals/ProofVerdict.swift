/// What follows from a proof.
public enum ProofVerdict: String, Hashable, Sendable, Codable, CaseIterable {
    /// What the proof says is true of the ledger that was sealed.
    case proven
    /// The seal does not cover as many events as the proof speaks of: it is another seal's proof.
    case otherSize = "other-size"
    /// The event's content or position is not the one that the proof is about.
    case otherEvent = "other-event"
    /// The hashes do not lead to the root: proof, seal or event were changed, or they are of different ledgers.
    case refuted
}
