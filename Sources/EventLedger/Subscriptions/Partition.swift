/// One of several consumers that share the work on a ledger: each takes the streams that fall to it.
///
/// A stream falls to a partition by the 64-bit FNV-1a hash of the UTF-8 bytes of its name, modulo the number of partitions.
/// The hash is part of the stored format: all events of a stream go to one partition, in order, in every process and version.
/// Each partition has its own checkpoint; the checkpoint of the whole is the vector of them.
public struct Partition: Hashable, Sendable, CustomStringConvertible {
    /// Which one, from 0.
    public let index: Int
    /// How many there are, 1 to 100.
    public let count: Int

    /// The only partition of an undivided consumer.
    public static let whole = Partition()

    private init() {
        index = 0
        count = 1
    }

    /// Makes a partition.
    ///
    /// - Parameters:
    ///   - index: Which one, from 0.
    ///   - count: How many there are, 1 to 100.
    /// - Throws: ``LedgerError`` with ``LedgerError/Code/invalidValue``.
    public init(index: Int, of count: Int) throws {
        guard (1...100).contains(count), (0..<count).contains(index) else {
            throw LedgerError(
                .invalidValue, "There is no partition \(index) of \(count). Count from 0, of 1 to 100 partitions."
            )
        }
        self.index = index
        self.count = count
    }

    /// Whether the events of a stream fall to this partition.
    ///
    /// - Complexity: O(bytes of the name).
    public func contains(_ stream: StreamName) -> Bool { count == 1 || Self.index(of: stream, among: count) == index }

    /// To which of so many partitions a stream falls.
    package static func index(of stream: StreamName, among count: Int) -> Int { Int(hash(of: stream) % UInt64(count)) }

    /// The 64-bit FNV-1a hash of the bytes of a stream's name.
    public static func hash(of stream: StreamName) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in stream.rawValue.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }

    /// Such as `0 of 4`.
    public var description: String { "\(index) of \(count)" }
}
