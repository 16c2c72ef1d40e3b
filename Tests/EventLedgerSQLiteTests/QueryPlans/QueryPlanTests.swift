import EventLedger
import EventLedgerTesting
import TestSupport
import Testing

@testable import EventLedgerSQLite

/// Holds every statement to its index. The statements are those that a ledger ran, not copies of them: work of every
/// kind is done, then SQLite is asked how it means to run each statement that was prepared for it.
@Suite("Query plans") struct QueryPlanTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func everyStatementUsesItsIndex() async throws {
        let work = try await PlannedWork.done(in: folder)
        let plans = try await work.queryPlans()
        for plan in plans.sorted(by: { $0.sql < $1.sql }) {
            #expect(QueryPlanRules.offences(in: plan).isEmpty, "\(plan.sql)\n\(plan.steps)")
        }
        for duty in QueryPlanRules.duties {
            let meant = plans.filter { $0.sql.contains(duty.statement) }
            #expect(!meant.isEmpty, "No statement was run with: \(duty.statement)")
            for plan in meant {
                #expect(
                    plan.steps.contains { $0.contains(duty.step) }, "\(plan.sql)\n\(plan.steps)\nmust: \(duty.step)"
                )
            }
        }
        for exemption in QueryPlanRules.exemptions {
            #expect(
                plans.contains { $0.sql.contains(exemption.statement) }, "No statement needs: \(exemption.statement)"
            )
        }
        await work.close()
    }

    /// Without an index some statement must be found out, or the test above could not fail.
    @Test(arguments: [
        "events_by_category", "events_by_type", "commits_by_position", "tasks_waiting", "tasks_leased",
        "tasks_finished",
    ])
    func aMissingIndexIsNoticed(_ index: String) async throws {
        let work = try await PlannedWork.done(in: folder)
        try await work.ledger.writer.write { try $0.connection.execute("DROP INDEX \(index)") }
        // A connection learns that the tables have changed when it runs a statement, not when it explains one.
        _ = try await work.ledger.head()
        let plans = try await work.queryPlans()
        let isNoticed = QueryPlanRules.duties.contains { duty in
            plans.contains { plan in
                plan.sql.contains(duty.statement) && !plan.steps.contains { $0.contains(duty.step) }
            }
        }
        #expect(isNoticed)
        await work.close()
    }
}
