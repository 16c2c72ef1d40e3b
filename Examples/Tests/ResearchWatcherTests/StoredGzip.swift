/// Makes gzip files without compressing, so that every byte of them is known.
enum StoredGzip {
    /// The bytes of a gzip file with this content, in blocks of at most 1,000 bytes.
    static func file(_ content: [UInt8]) -> [UInt8] {
        var file: [UInt8] = [0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0xff]
        var start = 0
        repeat {
            let end = min(start + 1000, content.count)
            let length = UInt16(end - start)
            file.append(end == content.count ? 1 : 0)
            append(UInt32(length), bytes: 2, to: &file)
            append(UInt32(~length), bytes: 2, to: &file)
            file.append(contentsOf: content[start..<end])
            start = end
        } while start < content.count
        append(checksum(content), bytes: 4, to: &file)
        append(UInt32(truncatingIfNeeded: content.count), bytes: 4, to: &file)
        return file
    }

    private static func append(_ number: UInt32, bytes: Int, to file: inout [UInt8]) {
        for index in 0..<bytes {
            file.append(UInt8(truncatingIfNeeded: number >> UInt32(8 * index)))
        }
    }

    private static func checksum(_ content: [UInt8]) -> UInt32 {
        var remainder: UInt32 = 0xffff_ffff
        for byte in content {
            remainder ^= UInt32(byte)
            for _ in 0..<8 {
                remainder = remainder & 1 == 1 ? (remainder >> 1) ^ 0xedb8_8320 : remainder >> 1
            }
        }
        return ~remainder
    }
}
