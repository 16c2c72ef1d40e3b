extension HTTPRequest {
    /// Refuses what could not be sent as it is meant: an address or a header with which more than one request, or another
    /// one, would be sent.
    ///
    /// - Returns: The host with its port, as it stands in the address.
    func check() throws(HTTPFailure) -> Substring {
        let host = try checkedAuthority()
        for field in headers.fields {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(Self.isTokenByte) else {
                throw HTTPFailure(.invalidRequest, "The name of a header is no token.", mayHaveArrived: false)
            }
            guard field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw HTTPFailure(
                    .invalidRequest, "The value of the header '\(field.name)' has control characters.",
                    mayHaveArrived: false
                )
            }
        }
        // The transport knows the length; another one would be read as the beginning of a second request.
        for name in ["content-length", "transfer-encoding"] where headers[name] != nil {
            throw HTTPFailure(.invalidRequest, "The transport sets the header '\(name)'.", mayHaveArrived: false)
        }
        return host
    }

    private func checkedAuthority() throws(HTTPFailure) -> Substring {
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw HTTPFailure(
                .invalidRequest, "The address has characters that must be percent-encoded.", mayHaveArrived: false
            )
        }
        let rest: Substring
        if url.hasPrefix("https://") {
            rest = url.dropFirst(8)
        } else if url.hasPrefix("http://") {
            rest = url.dropFirst(7)
        } else {
            throw HTTPFailure(
                .invalidRequest, "The address begins with neither 'https://' nor 'http://'.", mayHaveArrived: false
            )
        }
        let host = rest.prefix { !"/?#\\".contains($0) }
        guard !host.isEmpty, !host.hasPrefix(":") else {
            throw HTTPFailure(.invalidRequest, "The address has no host.", mayHaveArrived: false)
        }
        // Passwords in addresses end up in logs; and whoever looks for the host must not find a user's name.
        guard !host.contains("@") else {
            throw HTTPFailure(
                .invalidRequest, "The address has a user's name; send it in a header.", mayHaveArrived: false
            )
        }
        return host
    }

    /// RFC 9110, 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
