import EventLedger
import Synchronization

/// Reads the next page of a selection while the one before is being used, as soon as somebody asked for two in a row.
///
/// A page that others follow never changes: events are only ever appended behind it. So it may have been read a little
/// earlier than it was asked for. The last page may change, and is never taken from here.
final class ReadAhead: Sendable {
    private struct Entry: Sendable {
        let selection: EventSelection
        /// `nil` where nothing is read yet: it is not known whether anybody reads on.
        let page: Task<EventPage, any Error>?
    }

    /// How many readers are served at a time; each may hold a page.
    private static let limit = 4
    private let entries = Mutex<[Entry]>([])

    /// Answers a request for a page.
    ///
    /// - Parameter read: Reads a page from the file.
    func page(
        _ selection: EventSelection, read: @escaping @Sendable (EventSelection) async throws -> EventPage
    ) async throws -> EventPage {
        let expected = entries.withLock { entries in
            entries.firstIndex { $0.selection == selection }.map { entries.remove(at: $0) }
        }
        let page: EventPage
        if let early = try? await expected?.page?.value, early.next != nil {
            page = early
        } else {
            page = try await read(selection)
        }
        if let next = page.next {
            let isSequential = expected != nil
            expect(Entry(selection: next, page: isSequential ? Task { try await read(next) } : nil))
        }
        return page
    }

    /// Drops what nobody has asked for.
    func close() {
        let dropped = entries.withLock { entries in
            defer { entries = [] }
            return entries
        }
        for entry in dropped { entry.page?.cancel() }
    }

    private func expect(_ entry: Entry) {
        let dropped = entries.withLock { entries -> Entry? in
            entries.append(entry)
            return entries.count > Self.limit ? entries.removeFirst() : nil
        }
        dropped?.page?.cancel()
    }
}
