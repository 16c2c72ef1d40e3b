extension Duration {
    /// In whole seconds, as Pub/Sub takes times; a part of a second counts as one.
    var wholeSeconds: Int64 {
        let (seconds, attoseconds) = components
        return attoseconds > 0 ? seconds + 1 : seconds
    }
}
