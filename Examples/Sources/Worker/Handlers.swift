import EventLedger
import ResearchWatcher

/// The handlers of the example's tasks, whether they are leased or delivered.
enum Handlers {
    static func router(for ledger: any Ledger) -> TaskRouter {
        TaskRouter(CollectUserHandler(ledger: ledger), EnqueueUsersHandler(), CompleteRunHandler(ledger: ledger))
    }
}
