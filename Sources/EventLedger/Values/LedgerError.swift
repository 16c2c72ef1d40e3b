/// What EventLedger throws, apart from `CancellationError`.
///
/// The message says what happened and what to do; it contains neither payloads nor secrets. Catch one kind with
/// `catch LedgerError.Code.conflict`.
public struct LedgerError: Error, Sendable, CustomStringConvertible {
    /// What kind of error it is. Backends may add codes of their own.
    public struct Code: Hashable, Sendable, Codable, CustomStringConvertible {
        /// The stable text of the code, for logs and machines.
        public let rawValue: String

        /// Makes a code of a backend's own.
        public init(_ rawValue: String) { self.rawValue = rawValue }

        public var description: String { rawValue }

        /// A name is empty, too long, or holds control characters.
        public static let invalidName = Code("invalid-name")
        /// A value cannot be used: JSON that is not valid, a number out of range, a contradictory selection.
        public static let invalidValue = Code("invalid-value")
        /// A value is over one of ``LedgerLimits``; the details name limit and value.
        public static let limitExceeded = Code("limit-exceeded")
        /// An expectation, a condition or a document's version did not hold; nothing was written.
        public static let conflict = Code("conflict")
        /// An event id is known with other content, or from another commit; nothing was written.
        public static let eventIDReused = Code("event-id-reused")
        /// The holder's scope does not allow it; nothing was written.
        public static let forbidden = Code("forbidden")
        /// A collection belongs to a projection and cannot be written from outside.
        public static let collectionOwned = Code("collection-owned")
        /// A lease expired or was given to another worker; its completion was refused.
        public static let leaseLost = Code("lease-lost")
        /// What was named does not exist.
        public static let notFound = Code("not-found")
        /// The deadline passed before the store could do it.
        public static let timeout = Code("timeout")
        /// The backend does not have this capability.
        public static let unsupported = Code("unsupported")
        /// Stored or given data cannot be decoded into the type asked for.
        public static let decodingFailed = Code("decoding-failed")
        /// The key of a subject was forgotten: nothing can be encrypted for it any more.
        public static let subjectForgotten = Code("subject-forgotten")
        /// A value cannot be encoded as JSON.
        public static let encodingFailed = Code("encoding-failed")
        /// A projection threw, and its policy says stop.
        public static let projectionFailed = Code("projection-failed")
        /// The file is not a ledger, or its content contradicts itself.
        public static let corrupt = Code("corrupt")
        /// The file was written by a newer version of EventLedger.
        public static let schemaTooNew = Code("schema-too-new")
        /// The file or its folder cannot be written.
        public static let readOnly = Code("read-only")
        /// No space is left on the device.
        public static let diskFull = Code("disk-full")
        /// The store cannot be reached or opened.
        public static let unavailable = Code("unavailable")
        /// The store was closed.
        public static let closed = Code("closed")

        /// Lets `catch LedgerError.Code.conflict` match any error with that code.
        public static func ~= (code: Code, error: any Error) -> Bool {
            (error as? LedgerError)?.code == code
        }
    }

    /// What kind of error it is.
    public let code: Code
    /// What happened and what to do, for a person.
    public let message: String
    /// The facts, for machines: limits, values, revisions. Never a payload or a secret.
    public let details: [String: String]
    /// The backend's own error, where there is one.
    public let underlying: (any Error)?

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - code: The kind.
    ///   - message: What happened and what to do; one or two sentences, without payloads or secrets.
    ///   - details: The facts by name.
    ///   - underlying: What caused it.
    public init(_ code: Code, _ message: String, details: [String: String] = [:], underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.details = details
        self.underlying = underlying
    }

    public var description: String { "\(code): \(message)" }

    /// The same error with more facts.
    package func adding(_ facts: [String: String]) -> LedgerError {
        LedgerError(
            code, message, details: details.merging(facts) { known, _ in known }, underlying: underlying
        )
    }
}
