/// Which of the numbers 0 ..< n belong together (union-find).
struct DisjointSets {
    private var parents: [Int]

    /// Makes `count` sets of one number each.
    init(count: Int) {
        parents = Array(0..<count)
    }

    /// The number that stands for the set of `number`; always the smallest in it.
    ///
    /// - Complexity: amortised nearly constant, since paths are halved on the way.
    mutating func root(of number: Int) -> Int {
        var current = number
        while parents[current] != current {
            parents[current] = parents[parents[current]]
            current = parents[current]
        }
        return current
    }

    /// Makes one set of the two that hold the numbers.
    mutating func unite(_ one: Int, _ other: Int) {
        let first = root(of: one)
        let second = root(of: other)
        if first != second { parents[max(first, second)] = min(first, second) }
    }
}
