/// What a verification found.
public struct VerificationReport: Hashable, Sendable, Codable {
    /// How many events there are of a type.
    public struct TypeCount: Hashable, Sendable, Codable {
        /// The type.
        public let type: EventType
        /// How many events.
        public let count: Int
    }

    /// How many events were recorded on a day.
    public struct DayCount: Hashable, Sendable, Codable {
        /// The day in UTC, as `2026-11-21`.
        public let day: String
        /// How many events.
        public let count: Int
    }

    /// How often something was found; ``findings`` holds only the first ones of a kind.
    public struct KindCount: Hashable, Sendable, Codable {
        /// What was found.
        public let kind: VerificationFinding.Kind
        /// How often.
        public let count: Int
    }

    /// How many events were read.
    public let events: Int
    /// The position of the first event; `nil` where there was none.
    public let first: Position?
    /// The position of the last event; `nil` where there was none.
    public let last: Position?
    /// What was found, by position; of each kind at most as many as the options allow.
    public let findings: [VerificationFinding]
    /// How often each kind was found.
    public let counts: [KindCount]
    /// The events by type; the first 10,000 types, by name.
    public let types: [TypeCount]
    /// The events by the day on which they were recorded.
    public let days: [DayCount]
    /// How the ledger compares with the seals that were given, in their order.
    public let seals: [SealCheck]

    /// Whether no error was found; warnings may have been.
    public var isSound: Bool { counts.allSatisfy { $0.kind.severity != .error } }

    /// How often a kind was found.
    public func count(of kind: VerificationFinding.Kind) -> Int { counts.first { $0.kind == kind }?.count ?? 0 }
}

/// One thing that a verification found.
public struct VerificationFinding: Hashable, Sendable, Codable {
    /// How bad it is.
    public enum Severity: String, Hashable, Sendable, Codable, CaseIterable {
        /// The ledger does not keep its promises.
        case error
        /// Something that a person should look at.
        case warning
        /// Something about the verification itself.
        case info
    }

    /// What it is.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// Positions are missing or not in order.
        case positionGap = "position-gap"
        /// Revisions of a stream are missing, repeated or not in order.
        case revisionGap = "revision-gap"
        /// Two events have one id.
        case duplicateID = "duplicate-id"
        /// The hash is not the one that the event ought to have.
        case brokenChain = "broken-chain"
        /// Data or metadata are not JSON, a name is not valid, or a known type does not decode.
        case undecodable
        /// An event was recorded before the one in front of it.
        case timeBackwards = "time-backwards"
        /// The ledger has fewer events than a seal covers.
        case truncated
        /// The first events are not those that a seal covers, or not in their order.
        case rewritten
        /// An event does not say where its data came from.
        case missingProvenance = "missing-provenance"
        /// A run began and did not end.
        case runWithoutEnd = "run-without-end"
        /// A limit of memory was reached, so that something was not checked.
        case notChecked = "not-checked"

        /// How bad it is.
        public var severity: Severity {
            switch self {
            case .missingProvenance, .runWithoutEnd: .warning
            case .notChecked: .info
            default: .error
            }
        }
    }

    /// What it is.
    public let kind: Kind
    /// Where it was found; `nil` for what concerns no single event.
    public let position: Position?
    /// The stream that it concerns.
    public let stream: StreamName?
    /// What was found, for a person.
    public let message: String

    /// How bad it is.
    public var severity: Severity { kind.severity }
}

/// How far a verification or a comparison has come.
public struct VerificationProgress: Hashable, Sendable {
    /// How many events were read.
    public let events: Int
    /// The last position that was read.
    public let position: Position
    /// The position at which it ends, where that is known.
    public let last: Position?
}
