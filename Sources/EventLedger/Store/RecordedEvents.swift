/// The events of a selection, in order, read page by page: constant memory, and no lock between the pages.
public struct RecordedEvents: AsyncSequence, Sendable {
    public typealias Element = RecordedEvent

    let reader: any EventReader
    let selection: EventSelection

    /// The same events, a page at a time.
    public var pages: EventPages { EventPages(reader: reader, selection: selection) }

    public func makeAsyncIterator() -> Iterator { Iterator(pages: pages.makeAsyncIterator()) }

    /// Hands out events from the page at hand, and reads the next one when it is used up.
    public struct Iterator: AsyncIteratorProtocol {
        private var pages: EventPages.Iterator
        /// The last one first: taking an event off the end moves it, where reading it would copy what it holds.
        private var events: [RecordedEvent] = []

        init(pages: EventPages.Iterator) { self.pages = pages }

        public mutating func next() async throws -> RecordedEvent? {
            while true {
                if !events.isEmpty { return events.removeLast() }
                guard let page = try await pages.next() else { return nil }
                events = page.takingEvents()
                events.reverse()
            }
        }
    }
}

/// The pages of a selection.
public struct EventPages: AsyncSequence, Sendable {
    public typealias Element = EventPage

    let reader: any EventReader
    let selection: EventSelection

    public func makeAsyncIterator() -> Iterator { Iterator(reader: reader, next: selection) }

    /// Reads page after page.
    public struct Iterator: AsyncIteratorProtocol {
        private let reader: any EventReader
        private var selection: EventSelection?

        init(reader: any EventReader, next: EventSelection) {
            self.reader = reader
            selection = next
        }

        public mutating func next() async throws -> EventPage? {
            guard let selection else { return nil }
            try Task.checkCancellation()
            let page = try await reader.page(selection)
            self.selection = page.next
            return page
        }
    }
}
