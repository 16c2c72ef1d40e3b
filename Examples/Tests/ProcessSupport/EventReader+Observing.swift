package import EventLedger
import ResearchWatcher

extension EventReader {
    /// How many events of a type there are.
    package func count(_ type: EventType) async throws -> Int {
        var count = 0
        for try await _ in read(.types(type)) { count += 1 }
        return count
    }

    /// The ids of the users of all digests that were created, in the order of bytes; one who has two is there twice.
    package func digestedUsers() async throws -> [String] {
        var users: [String] = []
        for try await event in read(.types(DigestCreated.eventType)) {
            if let user = try event.decode(DigestCreated.self)?.digest.user { users.append(user) }
        }
        return users.sorted()
    }
}
