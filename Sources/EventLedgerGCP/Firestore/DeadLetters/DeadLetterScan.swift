import EventLedger

/// How dead letters are asked of Firestore: by state and time of the last failure; the rest is sorted out by the asker.
enum DeadLetterScan {
    /// The latest failure first, ties by descending id.
    ///
    /// - Parameters:
    ///   - state: Only letters in this state.
    ///   - since: Only those that failed last at or after this time.
    ///   - until: Only those that failed last before this time.
    static func query(
        state: DeadLetter.State? = nil, since: Timestamp? = nil, until: Timestamp? = nil,
        start: FirestoreQuery.Cursor? = nil, limit: Int? = nil, select: [String]? = nil
    ) -> FirestoreQuery {
        var filters: [FirestoreFilter] = []
        if let state { filters.append(.field("state", .equal, .string(state.rawValue))) }
        if let since { filters.append(.field("lastFailedAt", .greaterOrEqual, .integer(since.microseconds))) }
        if let until { filters.append(.field("lastFailedAt", .less, .integer(until.microseconds))) }
        return FirestoreQuery(
            FirestoreDeadLetters.group, where: filters.isEmpty ? nil : .and(filters),
            order: [.init("lastFailedAt", descending: true), .init("id", descending: true)], start: start,
            limit: limit, select: select
        )
    }

    /// A query of each shape.
    static var shapes: [FirestoreQuery] { [query(), query(state: .open)] }

    static func cursor(after time: Timestamp, _ id: DeadLetterID) -> FirestoreQuery.Cursor {
        .after([.integer(time.microseconds), .bytes(Array(id.rawValue.utf8))])
    }
}
