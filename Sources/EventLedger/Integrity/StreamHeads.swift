/// The last revision and hash of streams, in bounded memory: those that were used longest ago are forgotten.
///
/// Two generations stand in for an exact order of use: when the younger one is full, the older one is dropped.
struct StreamHeads {
    struct Head {
        var revision: Revision
        var hash: EventHash
    }

    private let generationLimit: Int
    private var younger: [StreamName: Head] = [:]
    private var older: [StreamName: Head] = [:]

    /// Whether a stream that is not here may have had events.
    private(set) var hasForgotten = false

    /// - Parameter limit: How many streams are remembered at the most, from 2.
    init(limit: Int) { generationLimit = max(1, limit / 2) }

    subscript(stream: StreamName) -> Head? {
        get { younger[stream] ?? older[stream] }
        set {
            if younger[stream] == nil, younger.count >= generationLimit {
                hasForgotten = hasForgotten || !older.isEmpty
                older = younger
                younger = [:]
            }
            younger[stream] = newValue
        }
    }
}
