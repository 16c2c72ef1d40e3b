/// What a session knows about names of the file, so that it does not ask for them again. It forgets all when it is full: a
/// ledger may have more names than fit into memory.
struct KnownNames<Key: Hashable, Value> {
    private static var limit: Int { 20_000 }

    private var values: [Key: Value] = [:]

    subscript(key: Key) -> Value? {
        get { values[key] }
        set {
            if values.count >= Self.limit, values[key] == nil { values = [:] }
            values[key] = newValue
        }
    }

    mutating func forget() { values = [:] }
}
