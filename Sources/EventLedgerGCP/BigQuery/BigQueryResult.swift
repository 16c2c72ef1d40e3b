import EventLedger

/// A query that runs or has run; its result stays readable for a day.
struct BigQueryJob: Hashable, Sendable {
    let id: String
    let location: String?
}

/// Some rows of a query's result.
struct BigQueryResult: Sendable {
    let job: BigQueryJob
    /// How many rows the whole result has.
    let totalRows: Int
    /// The rows as BigQuery shows them, values in the order of the columns.
    let rows: [[JSONValue]]
    /// What reads the next ones; `nil` behind the last.
    let pageToken: String?

    init(job: BigQueryJob, _ answer: JSONObject, _ unreadable: () -> LedgerError) throws {
        self.job = job
        pageToken = answer["pageToken"]?.stringValue
        totalRows = answer["totalRows"]?.stringValue.flatMap { Int($0) } ?? 0
        rows = try (answer["rows"]?.arrayValue ?? []).map { row in
            guard let cells = row.objectValue?["f"]?.arrayValue else { throw unreadable() }
            return cells.map { $0.objectValue?["v"] ?? .null }
        }
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
