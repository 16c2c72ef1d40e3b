import EventLedger
import Synchronization

/// Reads several pages of a selection at a time, as soon as somebody has asked for two in a row: going to another thread and
/// back costs as much as reading some fifty events.
///
/// A page that others follow never changes: events are only ever appended behind it. So it may have been read a little
/// earlier than it was asked for. The last page may change, and is read when it is asked for.
final class ReadAhead: Sendable {
    /// What is going to be asked for, by somebody who has asked for the page before it.
    private struct Expected: Sendable {
        let selection: EventSelection
        /// The page, and others behind it, as far as they were read already; the first is the last here, so that taking it off
        /// leaves nobody else with it, and its events are not copied.
        let pages: [EventPage]
    }

    /// How many readers are served at a time.
    private static let readerCount = 4
    /// A page holds about a megabyte at the most.
    private static let pagesAtATime = 4
    private let expected = Mutex<[Expected]>([])
    private let readers: ReaderPool

    init(_ readers: ReaderPool) { self.readers = readers }

    /// Answers a request for a page.
    func page(_ selection: EventSelection) async throws -> EventPage {
        try Task.checkCancellation()
        let known = expected.withLock { expected in
            expected.firstIndex { $0.selection == selection }.map { expected.remove(at: $0) }
        }
        var pages = known?.pages ?? []
        if pages.isEmpty { pages = try await read(selection, count: known == nil ? 1 : Self.pagesAtATime) }
        let page = pages.removeLast()
        if let next = page.next { expect(Expected(selection: next, pages: pages)) }
        return page
    }

    /// Drops what nobody has asked for.
    func close() { expected.withLock { $0 = [] } }

    /// - Returns: The page, and pages behind it that others follow; the page comes last.
    private func read(_ selection: EventSelection, count: Int) async throws -> [EventPage] {
        try await readers.read { session in
            var pages = [try session.page(selection)]
            while pages.count < count, let next = pages.last?.next {
                let page = try session.page(next)
                if page.next == nil { break }
                pages.append(page)
            }
            pages.reverse()
            return pages
        }
    }

    private func expect(_ next: Expected) {
        expected.withLock { expected in
            expected.append(next)
            if expected.count > Self.readerCount { expected.removeFirst() }
        }
    }
}
