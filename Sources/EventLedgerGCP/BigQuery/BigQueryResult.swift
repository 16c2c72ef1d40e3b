import EventLedger

/// A query that runs or has run; its result stays readable for a day.
struct BigQueryJob: Hashable, Sendable {
    let id: String
    let location: String?
}

/// Some rows of a query's result, as they were answered. They are read one by one when they are asked for: a tree of a whole
/// answer is several times as large.
struct BigQueryResult: Sendable {
    let job: BigQueryJob
    /// Whether the query is done; else there are no rows yet.
    let isComplete: Bool
    /// How many rows the whole result has.
    let totalRows: Int
    /// What reads the next ones; `nil` behind the last.
    let pageToken: String?
    /// The answer as JSON.
    let bytes: [UInt8]
    private let dataset: BigQueryDataset

    /// Takes an answer of jobs.query or jobs.getQueryResults.
    ///
    /// - Parameter asked: The job that was asked for; unless given, the one that the answer names.
    /// - Throws: ``LedgerError`` with `unavailable` where it is none.
    init(_ bytes: [UInt8], of asked: BigQueryJob? = nil, from dataset: BigQueryDataset) throws {
        var isComplete = false
        var totalRows: Int64 = 0
        var pageToken: String?, id: String?
        var location = dataset.location
        do {
            try AnswerScanner.read(bytes) { scanner in
                try scanner.members { scanner, name in
                    switch name {
                    case "jobComplete":
                        isComplete = scanner.take("true")
                        if !isComplete { try scanner.skipValue() }
                    case "totalRows": totalRows = try scanner.integer()
                    case "pageToken": pageToken = try scanner.string()
                    case "jobReference":
                        try scanner.members { scanner, name in
                            switch name {
                            case "jobId": id = try scanner.string()
                            case "location": location = try scanner.string()
                            default: try scanner.skipValue()
                            }
                        }
                    default: try scanner.skipValue()
                    }
                }
            }
        } catch is AnswerScanner.Unreadable {
            throw dataset.unreadable()
        }
        guard let job = asked ?? id.map({ BigQueryJob(id: $0, location: location) }) else { throw dataset.unreadable() }
        self.job = job
        self.isComplete = isComplete
        self.totalRows = Int(totalRows)
        self.pageToken = pageToken
        self.bytes = bytes
        self.dataset = dataset
    }

    /// Reads the rows.
    ///
    /// - Parameter read: Makes something of a row's values, in the order of the columns: texts, arrays of texts, and nulls.
    /// - Throws: ``LedgerError`` with `unavailable` where BigQuery answered something else, and what `read` throws.
    func rows<Row>(_ read: (_ cells: [JSONValue]) throws -> Row) throws -> [Row] {
        var rows: [Row] = []
        do {
            try AnswerScanner.read(bytes) { scanner in
                try scanner.members { scanner, name in
                    guard name == "rows" else { return try scanner.skipValue() }
                    try scanner.elements { scanner in rows.append(try read(try scanner.cells())) }
                }
            }
        } catch is AnswerScanner.Unreadable {
            throw dataset.unreadable()
        }
        return rows
    }
}

extension AnswerScanner {
    /// The values of a row, such as `{"f":[{"v":"1"},{"v":null},{"v":[{"v":"a"}]}]}`.
    fileprivate mutating func cells() throws -> [JSONValue] {
        var cells: [JSONValue]?
        try members { scanner, name in
            guard name == "f" else { return try scanner.skipValue() }
            var found: [JSONValue] = []
            try scanner.elements { found.append(try $0.cell()) }
            cells = found
        }
        guard let cells else { throw Unreadable() }
        return cells
    }

    private mutating func cell() throws -> JSONValue {
        var value = JSONValue.null
        try members { scanner, name in
            guard name == "v" else { return try scanner.skipValue() }
            guard scanner.next() == UInt8(ascii: "[") else {
                value = try scanner.text()
                return
            }
            var elements: [JSONValue] = []
            try scanner.elements { scanner in
                try scanner.members { scanner, name in
                    guard name == "v" else { return try scanner.skipValue() }
                    elements.append(try scanner.text())
                }
            }
            value = .array(elements)
        }
        return value
    }

    private mutating func text() throws -> JSONValue {
        if take("null") { return .null }
        return .string(try string())
    }
}

/// A value that a query is given beside its text.
struct BigQueryParameter: Sendable {
    enum Value: Sendable {
        case integer(Int64)
        case string(String)
        case timestamp(Timestamp)
        case strings([String])
    }

    let name: String
    let value: Value

    init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }

    var json: JSONValue {
        let type: JSONValue
        let given: JSONValue
        switch value {
        case .integer(let number): (type, given) = (["type": "INT64"], ["value": .string("\(number)")])
        case .string(let text): (type, given) = (["type": "STRING"], ["value": .string(text)])
        case .timestamp(let time): (type, given) = (["type": "TIMESTAMP"], ["value": .string(time.description)])
        case .strings(let texts):
            type = ["type": "ARRAY", "arrayType": ["type": "STRING"]]
            given = ["arrayValues": .array(texts.map { ["value": .string($0)] })]
        }
        return ["name": .string(name), "parameterType": type, "parameterValue": given]
    }
}

/// A text as a part of a path or a query: every byte but unreserved ones (RFC 3986) as `%` and two digits.
struct PercentEncoded: CustomStringConvertible {
    let description: String

    init(_ text: String) {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        description = String(decoding: bytes, as: UTF8.self)
    }
}
