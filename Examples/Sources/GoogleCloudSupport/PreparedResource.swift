/// Something of Google Cloud's that `prepare` has seen to.
struct PreparedResource: Encodable {
    /// What it is.
    enum Kind: String, Encodable {
        case ledger, topic, subscription, queue, dataset, table, views
    }

    let kind: Kind
    let name: String
    /// Whether it was not there before.
    let made: Bool

    /// What a person is told.
    var line: String {
        switch kind {
        case .views: "The views of the dataset \(name) were made anew."
        case .queue where !made: "The queue \(name) was there; it got its settings anew."
        default: "The \(kind.rawValue) \(name) was \(made ? "made" : "there")."
        }
    }
}
