import EventLedger
import Synchronization

/// What goes wrong because a test asked for it.
final class FaultSwitch: Sendable {
    /// What may go wrong.
    enum Kind: String, CaseIterable, Sendable {
        /// Creating a task is answered with a status; with `done` the task is made all the same.
        case create
        /// The handler's answer is taken as lost.
        case dropResponse
        /// A task is sent twice, one after the other.
        case dispatchTwice
        /// A task waits before it is sent.
        case delayDispatch
    }

    struct Fault: Sendable {
        let kind: Kind
        /// A part of the queue's name; any queue where it is empty.
        let queue: String
        var times: Int
        let status: Int
        let retryAfter: Int?
        let isDone: Bool
        let delay: Duration
        var injected = 0

        init(_ object: JSONObject) throws(APIError) {
            guard let kind = object["kind"]?.stringValue.flatMap({ Kind(rawValue: $0) }) else {
                throw .invalid("'kind' is one of \(Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            self.kind = kind
            queue = object["queue"]?.stringValue ?? ""
            times = object["times"]?.integerValue.map { Int($0) } ?? 1
            status = object["status"]?.integerValue.map { Int($0) } ?? 503
            retryAfter = object["retryAfter"]?.integerValue.map { Int($0) }
            isDone = object["done"]?.boolValue ?? false
            let seconds = object["seconds"]?.doubleValue ?? 0
            guard (200...599).contains(status), times >= 0, (0...86_400).contains(seconds) else {
                throw .invalid("'status' is 200 to 599, 'times' from 0, and 'seconds' 0 to 86400.")
            }
            delay = .milliseconds(Int64(seconds * 1000))
        }

        var json: JSONObject {
            [
                "kind": .string(kind.rawValue), "queue": .string(queue), "left": .integer(Int64(times)),
                "injected": .integer(Int64(injected)),
            ]
        }
    }

    private let faults = Mutex<[Fault]>([])

    func add(_ fault: Fault) { faults.withLock { $0.append(fault) } }

    func clear() { faults.withLock { $0 = [] } }

    /// The fault that happens now, if one does; it is used up.
    func take(_ kind: Kind, queue: String) -> Fault? {
        faults.withLock { faults in
            let index = faults.firstIndex { fault in
                fault.kind == kind && fault.times > 0 && (fault.queue.isEmpty || queue.contains(fault.queue))
            }
            guard let index else { return nil }
            faults[index].times -= 1
            faults[index].injected += 1
            return faults[index]
        }
    }

    var json: JSONObject { ["faults": .array(faults.withLock { $0.map { .object($0.json) } })] }
}
