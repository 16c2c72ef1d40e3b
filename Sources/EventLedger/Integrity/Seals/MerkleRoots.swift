/// The roots of several sizes of one growing tree, and of several ranges of its leaves, in one pass over the leaves.
struct MerkleRoots {
    private let sizes: [Int64]
    private let ranges: [Range<Int64>]
    private var builder = MerkleRootBuilder()
    private var rangeBuilder = MerkleRootBuilder()
    private var nextSize = 0, nextRange = 0
    private var rootBySize: [Int64: MerkleHash] = [:]
    private var rootByRange: [Range<Int64>: MerkleHash] = [:]

    /// How many leaves there were.
    private(set) var size: Int64 = 0

    /// - Parameters:
    ///   - sizes: The sizes whose roots are wanted, in any order; negative ones are never reached.
    ///   - ranges: Ranges of leaves, counted from 0, whose roots are wanted; not empty, and none overlaps another.
    init(ofSizes sizes: [Int64], ranges: [Range<Int64>] = []) {
        self.sizes = Set(sizes).filter { $0 >= 0 }.sorted()
        self.ranges = ranges.sorted { $0.lowerBound < $1.lowerBound }
        takeRoot()
    }

    /// Whether further leaves change nothing.
    var isComplete: Bool { nextSize == sizes.count && nextRange == ranges.count }

    /// Takes the next leaf.
    mutating func append(_ event: EventHash) {
        if isComplete { size += 1 } else { append(leaf: MerkleHash(leaf: event)) }
    }

    /// Takes the next leaf.
    mutating func append(leaf: MerkleHash) {
        if nextSize < sizes.count {
            builder.append(leaf: leaf)
            takeRoot()
        }
        if nextRange < ranges.count, ranges[nextRange].contains(size) {
            rangeBuilder.append(leaf: leaf)
            if size + 1 == ranges[nextRange].upperBound {
                rootByRange[ranges[nextRange]] = rangeBuilder.root
                rangeBuilder = MerkleRootBuilder()
                nextRange += 1
            }
        }
        size += 1
    }

    /// The root of the first leaves; `nil` where there were not so many, or where it was not asked for.
    func root(ofSize size: Int64) -> MerkleHash? { rootBySize[size] }

    /// The roots of ranges, in the order asked for; `nil` where there were not enough leaves.
    func roots(of ranges: [Range<Int64>]) -> [MerkleHash]? {
        let found = ranges.compactMap { rootByRange[$0] }
        return found.count == ranges.count ? found : nil
    }

    private mutating func takeRoot() {
        guard nextSize < sizes.count, sizes[nextSize] == builder.size else { return }
        rootBySize[builder.size] = builder.root
        nextSize += 1
    }
}
