/// Holds a value that neither a description nor a mirror shows, so that printing its holder does not give it away.
struct Hidden<Value: Sendable>: Sendable, CustomReflectable, CustomStringConvertible {
    let value: Value

    init(_ value: Value) { self.value = value }

    var description: String { "(hidden)" }
    var customMirror: Mirror { Mirror(self, children: [:]) }
}
