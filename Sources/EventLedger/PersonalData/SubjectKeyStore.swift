/// Keeps a key for each subject, outside the ledger, and forgets it for good when it is asked to.
///
/// What a store owes its users, each a case of the conformance suite:
///
/// 1. A subject has one key: whoever asks, at the same time, from another process or after a restart, is given the
/// same.
///    When it is given, it is durable.
/// 2. Keys are random: those of two subjects have nothing in common.
/// 3. When `forget` returns, the key is gone, durably, and nobody is given it any more. Its ``SubjectKey/id`` is kept.
/// 4. A forgotten subject is given no key ever again, also one that had none when it was forgotten. Forgetting it again
///    changes nothing.
/// 5. Looking keys up makes none.
/// 6. Who asks for a key while it is being forgotten is given the one key or is refused, never another one.
/// 7. Subjects are told apart by bytes, and invalid names are refused before any input or output.
/// 8. Subjects are listed in the order of their bytes, page after page, each with when it got its key and when it was
/// forgotten.
public protocol SubjectKeyStore: Sendable {
    /// The key of a subject, which is made where the subject is not known.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/subjectForgotten``, ``LedgerError/Code/invalidName``, or the
    ///   store's errors.
    func key(for subject: SubjectName) async throws -> SubjectKey

    /// What is known about subjects, all of them at the same moment. A subject that is not known is missing in the
    /// answer.
    func states(of subjects: Set<SubjectName>) async throws -> [SubjectName: SubjectKeyState]

    /// Forgets the key of a subject, and that of a subject that has none yet: it will never have one.
    ///
    /// - Returns: Whether there was a key.
    @discardableResult
    func forget(_ subject: SubjectName) async throws -> Bool

    /// Some subjects, in the order of their names' bytes.
    ///
    /// - Parameters:
    ///   - name: Only those behind this one; from the first on where it is `nil`.
    ///   - limit: How many at the most, 1 to 1,000.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidValue`` for another limit,
    ///   ``LedgerError/Code/invalidName``, or the store's errors.
    func subjects(after name: SubjectName?, limit: Int) async throws -> SubjectPage
}

/// What a key store knows about a subject.
public enum SubjectKeyState: Equatable, Sendable {
    /// It has a key.
    case known(SubjectKey)
    /// It was forgotten, and its key with it, which had this id; `nil` where it had none. Only data that name this key
    /// were erased.
    case forgotten(keyID: SubjectKeyID?)
}

/// A subject as a key store lists it; the key is not part of it.
public struct SubjectRecord: Hashable, Sendable {
    /// The subject.
    public let name: SubjectName
    /// When the store heard of it first.
    public let createdAt: Timestamp
    /// When it was forgotten; `nil` where it was not.
    public let forgottenAt: Timestamp?

    /// Makes a record; key stores do.
    public init(name: SubjectName, createdAt: Timestamp, forgottenAt: Timestamp? = nil) {
        self.name = name
        self.createdAt = createdAt
        self.forgottenAt = forgottenAt
    }
}

/// Some subjects, and where to go on.
public struct SubjectPage: Hashable, Sendable {
    /// The subjects in order.
    public let subjects: [SubjectRecord]
    /// What the next page comes after; `nil` where there are no more.
    public let next: SubjectName?

    /// Makes a page of what was found when one more was asked for than there is room for; key stores do.
    ///
    /// - Parameters:
    ///   - found: The subjects in order, up to `limit` + 1.
    ///   - limit: How many the page may have.
    public init(_ found: [SubjectRecord], limit: Int) {
        subjects = Array(found.prefix(limit))
        next = found.count > limit ? subjects.last?.name : nil
    }

    /// Checks the limit of a page; key stores do, before any input or output.
    ///
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidValue``.
    public static func check(limit: Int) throws {
        guard (1...1000).contains(limit) else {
            throw LedgerError(.invalidValue, "A page of \(limit) subjects was asked for. Ask for 1 to 1,000.")
        }
    }
}

extension LedgerError {
    /// The refusal of a key for a subject that was forgotten; key stores throw it.
    public static func forgotten(_ subject: SubjectName) -> LedgerError {
        LedgerError(
            .subjectForgotten,
            "The key of the subject '\(subject)' was forgotten, and no other one is made. Write nothing more about it, "
                + "or use a new subject name where that is right.",
            details: ["subject": subject.rawValue]
        )
    }
}
