import Crypto

/// Sixteen bytes of the SHA-256 of an event's id.
struct IDDigest: Hashable, Comparable, Sendable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    init(_ id: EventID) {
        var hasher = SHA256()
        var text = id.rawValue
        text.withUTF8 { hasher.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        let words = hasher.finalize().withUnsafeBytes { bytes in
            (
                bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
                bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            )
        }
        self.init(high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1))
    }

    /// The first byte: into which of 256 files it is spilled.
    var partition: Int { Int(high >> 56) }

    static func < (lhs: IDDigest, rhs: IDDigest) -> Bool { (lhs.high, lhs.low) < (rhs.high, rhs.low) }
}

/// Finds ids that occur twice, in bounded memory: what does not fit is spilled to files and looked at in the end.
struct SeenIDs {
    private let limit: Int
    private let files: IDSpill
    private var positions: [IDDigest: Position] = [:]
    private var hasSpilled = false

    init(limit: Int, files: IDSpill) {
        self.limit = max(1, limit)
        self.files = files
    }

    /// Takes an id.
    ///
    /// - Returns: Where it was seen before, as far as memory tells.
    mutating func insert(_ id: EventID, at position: Position) -> Position? {
        let digest = IDDigest(id)
        if let before = positions[digest] { return before }
        positions[digest] = position
        return nil
    }

    /// Makes room where memory is full. It is called between pages, so that taking an id needs not wait.
    mutating func spillIfFull() async throws {
        if positions.count >= limit { try await spill() }
    }

    /// Ends the taking: after this, ``duplicates(in:)`` can be asked.
    ///
    /// - Returns: The partitions that have to be looked at: none where everything was found in memory.
    mutating func finish() async throws -> Range<Int> {
        guard hasSpilled else { return 0..<0 }
        try await spill()
        return 0..<256
    }

    /// What occurs twice in a partition and was not found by ``insert(_:at:)``.
    ///
    /// - Complexity: O(n log n) for the ids of the partition, which are all in memory meanwhile.
    func duplicates(in partition: Int) async throws -> [(first: Position, again: Position)] {
        let records = try await files.read(partition).sorted { ($0.digest, $0.position) < ($1.digest, $1.position) }
        return zip(records, records.dropFirst()).filter { $0.digest == $1.digest }
            .map { (first: $0.position, again: $1.position) }
    }

    private mutating func spill() async throws {
        var partitions = [[IDSpill.Record]](repeating: [], count: 256)
        for (digest, position) in positions {
            partitions[digest.partition].append(IDSpill.Record(digest: digest, position: position))
        }
        positions.removeAll(keepingCapacity: true)
        hasSpilled = true
        try await files.append(partitions)
    }
}
