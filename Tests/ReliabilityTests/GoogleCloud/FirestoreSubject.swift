import EventLedger
import EventLedgerGCP
import EventLedgerTesting
import GCPTestSupport

/// A ledger on Firestore in a project of its own. Some fields of documents are declared, so that both ways to query them are
/// compared with the model.
final class FirestoreSubject: ModelSubject {
    private let project: String
    private let options: FirestoreLedgerOptions

    init(_ project: String, clock: TestClock, profile: ModelProfile) {
        self.project = project
        var options = ListedLedger.options(clock: clock)
        options.commitRetention = profile.commitRetention
        options.declaredFields = [
            DeclaredField(collection: "notes", field: "n"), DeclaredField(collection: "totals", field: "s"),
            DeclaredField(collection: "totals", field: "deep.x"),
        ]
        self.options = options
    }

    func open() async throws -> any LeasingLedger { try ListedLedger(GCPServices.client(project), options) }

    // There is nothing to close or to tidy up: a process that ends leaves all as it is.
    func close(_ ledger: any LeasingLedger) async {}
    func checkpoint(_ ledger: any LeasingLedger) async throws {}
}
