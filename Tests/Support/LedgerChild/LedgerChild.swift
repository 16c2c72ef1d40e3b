#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A process that works on a ledger and is killed, stopped or watched by the reliability tests.
///
///     LedgerChild commit FILE name=a writers=4 count=100 seed=7
///     LedgerChild work FILE name=b lease=400
///     LedgerChild hold FILE name=c lease=400
///     LedgerChild commit-to-cloud PROJECT name=d writers=4 host=127.0.0.1:8080
///     LedgerChild serve-cloud PROJECT name=e
///     LedgerChild dispatch PROJECT name=f
///
/// It tells what it does on its output, one line for each thing, and hears words on its input. It never lives long: it ends
/// with its input, with its output, or when its time is over.
@main struct LedgerChild {
    static func main() async {
        do {
            let order = try ChildOrder(Array(CommandLine.arguments.dropFirst()))
            alarm(UInt32(clamping: try order.number("limit", unless: 120)))
            let parent = Parent()
            parent.listen()
            switch order.mode {
            case .commit: try await Committing(order: order, parent: parent).run()
            case .work: try await Working(order: order, parent: parent).run()
            case .hold: try await Holding(order: order, parent: parent).run()
            case .commitToCloud: try await CloudCommitting(order: order, parent: parent).run()
            case .serveCloud: try await CloudServing(order: order, parent: parent).run()
            case .dispatch: try await CloudDispatching(order: order, parent: parent).run()
            }
        } catch {
            Parent.complain("\(error)")
            exit(1)
        }
    }
}
