/// Comparison of strings by their UTF-8 bytes.
///
/// Swift compares by canonical equivalence, under which two different byte sequences can be equal. Documents are
/// compared byte by byte, so what decides their content must be too.
enum ByteOrder {
    /// Negative if `left` comes first, 0 if the bytes are the same, positive otherwise.
    static func compare(_ left: String, _ right: String) -> Int {
        var others = right.utf8.makeIterator()
        for byte in left.utf8 {
            guard let other = others.next() else { return 1 }
            if byte != other { return byte < other ? -1 : 1 }
        }
        return others.next() == nil ? 0 : -1
    }

    /// Compares element by element; a list that is a prefix of the other comes first.
    static func compare(_ left: [String], _ right: [String]) -> Int {
        for (one, other) in zip(left, right) {
            let order = compare(one, other)
            if order != 0 { return order }
        }
        return left.count - right.count
    }

    /// Whether `left` comes before `right`.
    static func precedes(_ left: String, _ right: String) -> Bool {
        compare(left, right) < 0
    }

    /// The strings in order, each once; empty ones are left out.
    static func sortedUnique(_ strings: [String]) -> [String] {
        var result: [String] = []
        for string in strings.filter({ !$0.isEmpty }).sorted(by: precedes) {
            if let last = result.last, compare(last, string) == 0 { continue }
            result.append(string)
        }
        return result
    }

    /// The smaller of two strings, or the one that is there.
    static func smaller(_ left: String?, _ right: String?) -> String? {
        guard let left else { return right }
        guard let right else { return left }
        return compare(left, right) <= 0 ? left : right
    }
}
