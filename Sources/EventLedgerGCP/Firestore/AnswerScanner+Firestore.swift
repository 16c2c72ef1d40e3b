import EventLedger

/// One element of a streamed answer of Firestore's.
struct FirestoreAnswerPart: Hashable {
    var document: FirestoreDocument?
    var readTime: String?
    var transaction: String?
    /// Whether it is an error; what kind of error is read in another way.
    var isError = false
}

extension AnswerScanner {
    /// Reads an answer of Firestore's: an array of parts, or one part.
    ///
    /// - Throws: ``Unreadable``.
    static func parts(of bytes: [UInt8]) throws -> [FirestoreAnswerPart] {
        var parts: [FirestoreAnswerPart] = []
        try Self.read(bytes) { scanner in
            if scanner.next() == UInt8(ascii: "[") {
                try scanner.elements { scanner in parts.append(try scanner.part()) }
            } else {
                parts.append(try scanner.part())
            }
        }
        return parts
    }

    private mutating func part() throws -> FirestoreAnswerPart {
        var part = FirestoreAnswerPart()
        try members { scanner, name in
            switch name {
            case "document", "found": part.document = try scanner.document()
            case "readTime": part.readTime = try scanner.string()
            case "transaction": part.transaction = try scanner.string()
            case "error":
                part.isError = true
                try scanner.skipValue()
            default: try scanner.skipValue()
            }
        }
        return part
    }

    private mutating func document() throws -> FirestoreDocument {
        var name = "", updateTime = ""
        var fields: [String: FirestoreValue] = [:]
        try members { scanner, member in
            switch member {
            case "name": name = try scanner.string()
            case "fields": fields = try scanner.fields(depth: 0)
            case "updateTime": updateTime = try scanner.string()
            default: try scanner.skipValue()
            }
        }
        guard let path = FirestoreDocument.path(inName: name) else { throw Unreadable() }
        return FirestoreDocument(path: path, fields: fields, updateTime: updateTime)
    }

    private mutating func fields(depth: Int) throws -> [String: FirestoreValue] {
        // Firestore nests 20 levels.
        guard depth < 64 else { throw Unreadable() }
        var fields: [String: FirestoreValue] = [:]
        try members { scanner, name in fields[name] = try scanner.value(depth: depth) }
        return fields
    }

    private mutating func value(depth: Int) throws -> FirestoreValue {
        var value: FirestoreValue?
        try members { scanner, kind in
            guard value == nil else { throw Unreadable() }
            value = try scanner.value(of: kind, depth: depth)
        }
        guard let value else { throw Unreadable() }
        return value
    }

    private mutating func value(of kind: String, depth: Int) throws -> FirestoreValue {
        switch kind {
        case "integerValue": return .integer(try integer())
        case "bytesValue": return .bytes(try base64())
        case "stringValue": return .string(try string())
        case "timestampValue":
            guard let time = Timestamp(try string()) else { throw Unreadable() }
            return .timestamp(time.microseconds)
        case "booleanValue":
            if take("true") { return .boolean(true) }
            if take("false") { return .boolean(false) }
            throw Unreadable()
        case "nullValue":
            try skipValue()
            return .null
        case "arrayValue":
            guard depth < 64 else { throw Unreadable() }
            var values: [FirestoreValue] = []
            try members { scanner, name in
                guard name == "values" else { return try scanner.skipValue() }
                try scanner.elements { values.append(try $0.value(depth: depth + 1)) }
            }
            return .array(values)
        case "mapValue":
            var map: [String: FirestoreValue] = [:]
            try members { scanner, name in
                guard name == "fields" else { return try scanner.skipValue() }
                map = try scanner.fields(depth: depth + 1)
            }
            return .map(map)
        default: throw Unreadable()
        }
    }
}
