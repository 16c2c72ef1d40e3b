import EventLedger
import EventLedgerInMemory
import Synchronization

struct Added: Event {
    static let eventType: EventType = "item.added"
    let item: String
    let amount: Int
}

struct Total: DocumentModel {
    static let collection: CollectionName = "totals"
    let id: String
    var sum: Int
    var count: Int
    var version = 1
}

struct Grand: DocumentModel {
    static let collection: CollectionName = "grand"
    let id: String
    var sum: Int
}

/// Whether a projection or reactor can handle what it is given; a person flips it.
final class Repair: Sendable {
    private let done = Mutex(false)
    var isDone: Bool { done.withLock { $0 } }
    func finish() { done.withLock { $0 = true } }
}

struct Unrepaired: Error {}

/// Sums amounts by item and over all. Amounts below zero cannot be applied before the repair.
struct Totals: Projection {
    var name: ProjectionName = "totals"
    var version = 1
    var query = EventQuery(types: ["item.added"])
    var collections: Set<CollectionName> = ["totals", "grand"]
    var repair = Repair()
    var swallows = false
    var hints = false

    func reads(_ event: RecordedEvent) throws -> [DocumentKey] {
        guard hints, let added = try event.decode(Added.self) else { return [] }
        return [DocumentKey("totals", DocumentID(added.item)), DocumentKey("grand", "all")]
    }

    func apply(_ event: RecordedEvent, to view: inout DocumentView) throws {
        guard let added = try event.decode(Added.self) else { return }
        // Written before the failure and before the second read: it must be undone.
        var total = Total(id: added.item, sum: 0, count: 0, version: version)
        if swallows {
            if let known = try? view.get(Total.self, id: added.item) { total = known }
        } else if let known = try view.get(Total.self, id: added.item) {
            total = known
        }
        total.sum += added.amount
        total.count += 1
        if swallows { try? view.put(total) } else { try view.put(total) }
        if added.amount < 0, !repair.isDone { throw Unrepaired() }
        let grand = try view.get(Grand.self, id: "all") ?? Grand(id: "all", sum: 0)
        try view.put(Grand(id: "all", sum: grand.sum + added.amount))
    }
}

extension InMemoryLedger {
    /// Appends amounts, the stream being that of the item.
    func add(_ amounts: (String, Int)...) async throws {
        _ = try await commit { commit in
            for (item, amount) in amounts {
                try commit.append(Added(item: item, amount: amount), to: StreamName("item-\(item)"))
            }
        }
    }

    func total(_ item: String) async throws -> Total? { try await documents.get(Total.self, id: item) }
}

/// The documents of a reader's collections, as text, the ledger's own left out unless asked for.
func contents(
    of reader: any DocumentReader, _ collections: [CollectionName] = ["totals", "grand"]
) async throws -> [String: String] {
    var result: [String: String] = [:]
    for collection in collections {
        for try await document in reader.all(DocumentQuery(collection)) {
            result["\(document.key)"] = document.fields.description
        }
    }
    return result
}
