import EventLedger
import EventLedgerCommands
import ResearchWatcher

/// Gives `replay` and `rebuild` the projections of the example.
enum CollectorProjections: ProjectionProvider {
    static var projections: [any Projection] { ReadModels.projections }
}
