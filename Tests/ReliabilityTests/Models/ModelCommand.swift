import EventLedger

/// One step of a random run.
///
/// It is a plain value, and names earlier steps by their numbers and the state of the ledger relatively ("the last
/// revision, and one more"): a list from which steps were taken away still makes sense. What refers to a step that is
/// gone does nothing.
struct ModelCommand: Sendable, CustomStringConvertible {
    /// The place in the list as it was generated; ids are derived from it.
    let number: Int
    /// Which of the two ledgers that have the store open carries it out.
    let handle: Int
    let action: ModelAction

    var description: String { "#\(number) ledger \(handle): \(action)" }
}

/// What a step does.
enum ModelAction: Sendable {
    case commit(CommitPlan)
    case resend(commit: Int, ResendingPlan)
    case write([WritePlan])
    case enqueue([TaskPlan])
    case cancel(TaskName, in: QueueName)
    case pause(QueueName)
    case resume(QueueName)
    case configure(QueueName, ConfigurationPlan)
    case lease([QueueName], limit: Int, seconds: Int64)
    case extend(LeaseReference, seconds: Int64)
    case settle(LeaseReference, SettlementPlan)
    case recordLetter(LetterPlan)
    /// Of the letters that there are, in the order of their ids, the nth, counted round and round.
    case retryLetter(nth: Int)
    case resolveLetter(nth: Int)
    case purgeLetters(secondsOld: Int64)
    case read(SelectionPlan)
    case get([DocumentKey])
    case find(FindPlan)
    case listTasks(QueueName?, limit: Int)
    case listLetters(DeadLetterQuery.Kind?, DeadLetter.State?, text: String?, limit: Int)
    /// The clock goes on, and the leases that expired are noticed at once by a look that leases or one that does not.
    case advance(seconds: Int64, leasing: Int)
    case setBack(seconds: Int64)
    case reopen
    case checkpoint

    /// The name of the case: failures of the same kind of step are taken for the same failure.
    var kind: String { String("\(self)".prefix { $0 != "(" }) }
}

/// The nth lease that a step was granted.
struct LeaseReference: Hashable, Sendable, CustomStringConvertible {
    let command: Int
    let index: Int

    var description: String { "lease \(index) of #\(command)" }
}

/// How a commit is sent again.
enum ResendingPlan: Sendable, CaseIterable {
    /// As it was.
    case same
    /// The same content under another commit id.
    case underAnotherID
    /// Other events under the same commit id.
    case withOtherEvents
    /// Another commit id, the same event ids, other data.
    case withOtherData
    /// Another commit id, and only its first event.
    case onlyFirstEvent
    /// Another commit id, and one event more.
    case withOneMoreEvent
}

/// How a lease ends.
enum SettlementPlan: Sendable {
    case failed
    case snoozed(seconds: Int64)
    case discarded
    case released
}

/// How a queue works from now on.
enum ConfigurationPlan: Sendable, CaseIterable {
    case plain
    case slow
    case slower
    case narrow
    case impatient
    case invalid

    func configuration(_ profile: ModelProfile) -> QueueConfiguration {
        var configuration = QueueConfiguration(burst: 2, nameRetention: profile.nameRetention)
        switch self {
        case .plain: configuration.retry = RetryPolicy(minBackoff: .seconds(2), maxBackoff: .seconds(9))
        // Rates and steps of the clock are sums of powers of two, so that it does not matter how often a bucket is
        // filled up.
        case .slow: configuration.dispatchesPerSecond = 0.5
        case .slower:
            configuration.dispatchesPerSecond = 0.125
            configuration.burst = 3
        case .narrow: configuration.concurrentDispatches = 1
        case .impatient: configuration.retry = RetryPolicy(maxAttempts: 2, maxRetryDuration: .seconds(20))
        case .invalid: configuration.burst = 0
        }
        return configuration
    }
}
