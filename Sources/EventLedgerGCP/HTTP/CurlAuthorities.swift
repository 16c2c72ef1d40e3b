import CCurl

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The certificates that are accepted beside the system's.
///
/// Not checked for `Sendable`: the bytes are written once, before anybody else sees them, and live as long as the handles that
/// read them, each of whose owners holds this.
final class CurlAuthorities: @unchecked Sendable {
    /// Whether a file was named and could not be read; then no certificate is accepted.
    let isMissing: Bool
    private let bytes: UnsafeMutableRawBufferPointer

    init(file: String?) {
        guard let file else {
            isMissing = false
            bytes = UnsafeMutableRawBufferPointer(start: nil, count: 0)
            return
        }
        guard var pem = try? Data(contentsOf: URL(fileURLWithPath: file)), !pem.isEmpty else {
            isMissing = true
            bytes = UnsafeMutableRawBufferPointer(start: nil, count: 0)
            return
        }
        isMissing = false
        // libcurl takes these in place of the system's file, though not in place of the system's folder.
        if let version = ccurl_version(), version.pointee.capath == nil,
            let system = version.pointee.cainfo,
            let more = try? Data(contentsOf: URL(fileURLWithPath: String(cString: system)))
        {
            pem.append(UInt8(ascii: "\n"))
            pem.append(more)
        }
        bytes = .allocate(byteCount: pem.count, alignment: 1)
        bytes.copyBytes(from: pem)
    }

    deinit { bytes.deallocate() }

    func use(on handle: UnsafeMutableRawPointer) {
        if let start = bytes.baseAddress { ccurl_set_authorities(handle, start, bytes.count) }
    }
}
