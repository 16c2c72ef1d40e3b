import EventLedger

/// The calls that the library makes to BigQuery's REST API, version 2
/// (https://cloud.google.com/bigquery/docs/reference/rest).
struct BigQueryClient: Sendable {
    /// How long a statement is waited for. BigQuery lets one run for six hours; none of ours should take minutes.
    static let statementDeadline = Duration.seconds(600)

    let dataset: BigQueryDataset
    private let service: GoogleService
    private let clock: any LedgerClock

    init(_ dataset: BigQueryDataset, clock: any LedgerClock) {
        self.dataset = dataset
        service = dataset.cloud.service(.bigquery)
        self.clock = clock
    }

    private var projectPath: String { "/bigquery/v2/projects/\(dataset.cloud.project)" }

    /// A row of insertAll.
    struct Row: Sendable {
        let insertID: String
        /// The row as JSON.
        let json: [UInt8]
    }

    /// Why a row was not taken.
    struct RowError: Hashable, Sendable {
        let index: Int
        let reason: String
        /// The column, where one is to blame.
        let location: String
    }

    /// Streams rows into the table of events.
    ///
    /// - Returns: The rows that were not taken, each once.
    func insert(_ rows: ArraySlice<Row>) async throws -> [RowError] {
        // Written by hand: rows are encoded once, when their size is asked for.
        var body = Array(#"{"skipInvalidRows":true,"rows":["#.utf8)
        body.reserveCapacity(rows.reduce(64) { $0 + $1.json.count + 200 })
        for (number, row) in rows.enumerated() {
            if number > 0 { body.append(UInt8(ascii: ",")) }
            body += Array(#"{"insertId":"#.utf8) + JSONValue.string(row.insertID).canonicalBytes
            body += Array(#","json":"#.utf8) + row.json + [UInt8(ascii: "}")]
        }
        body += Array("]}".utf8)
        let path = "\(projectPath)/datasets/\(dataset.name)/tables/events/insertAll"
        // What arrives twice is dropped by its id, at the latest by the view.
        let answer = try await call(.post, path, body: body, resource: dataset.tableResource, .idempotent)
        var seen: Set<Int> = []
        return try (answer["insertErrors"]?.arrayValue ?? []).compactMap { entry in
            // BigQuery leaves an index of 0 out.
            let index = Int(entry.objectValue?["index"]?.integerValue ?? 0)
            guard rows.indices.contains(rows.startIndex + index) else { throw dataset.unreadable() }
            let first = entry.objectValue?["errors"]?.arrayValue?.first?.objectValue
            return seen.insert(index).inserted
                ? RowError(
                    index: index, reason: first?["reason"]?.stringValue ?? "unknown",
                    location: first?["location"]?.stringValue ?? "") : nil
        }
    }

    /// Runs a statement, and waits until it is done.
    ///
    /// - Parameters:
    ///   - sql: A statement with `{{project}}` and `{{dataset}}`.
    ///   - rows: How many rows the answer holds at the most; the others are read with ``rows(of:behind:limit:resource:)``.
    /// - Throws: ``LedgerError``: `timeout` where it is not done within ``statementDeadline``, and what every call throws.
    func query(
        _ sql: String, _ parameters: [BigQueryParameter] = [], rows: Int = 10_000, resource: String
    ) async throws -> BigQueryResult {
        var request: JSONObject = [
            "query": .string(try dataset.render(sql)), "useLegacySql": false, "parameterMode": "NAMED",
            "queryParameters": .array(parameters.map(\.json)), "maxResults": .integer(Int64(rows)), "timeoutMs": 20_000,
            "formatOptions": ["useInt64Timestamp": true],
            // A request that is repeated with its id is answered by the job that it began.
            "requestId": .string(EventID.timeOrdered().rawValue),
        ]
        if let location = dataset.location { request["location"] = .string(location) }
        let body = JSONValue.object(request).canonicalBytes
        let answer = try await bytes(.post, "\(projectPath)/queries", body: body, resource: resource, .idempotent)
        let result = try BigQueryResult(answer, from: dataset)
        if result.isComplete { return result }
        return try await self.rows(of: result.job, behind: nil, limit: rows, resource: resource)
    }

    /// Rows of a query's result, as soon as it is done.
    ///
    /// - Throws: ``LedgerError``: `timeout` where it is not done within ``statementDeadline``, and what every call throws.
    func rows(
        of job: BigQueryJob, behind pageToken: String?, limit: Int, resource: String
    ) async throws -> BigQueryResult {
        var path = "\(projectPath)/queries/\(PercentEncoded(job.id))?maxResults=\(limit)&timeoutMs=20000"
        path += "&formatOptions.useInt64Timestamp=true"
        if let location = job.location { path += "&location=\(PercentEncoded(location))" }
        if let pageToken { path += "&pageToken=\(PercentEncoded(pageToken))" }
        let end = clock.now + Self.statementDeadline
        var pause = Duration.milliseconds(100)
        while true {
            let result = try BigQueryResult(try await bytes(.get, path, resource: resource), of: job, from: dataset)
            if result.isComplete { return result }
            guard clock.now < end else {
                throw LedgerError(
                    .timeout,
                    "A statement about \(resource) is not done after \(Self.statementDeadline). Look at the job, or try again "
                        + "later.",
                    details: ["job": job.id]
                )
            }
            // The server waits itself as a rule; this is for one that answers at once.
            try await clock.sleep(for: pause)
            pause = min(pause * 2, .seconds(5))
        }
    }

    /// Makes the dataset; one that is there is left as it is.
    ///
    /// - Returns: Whether it was not there before.
    func createDataset() async throws -> Bool {
        var request: JSONObject = ["datasetReference": ["datasetId": .string(dataset.name)]]
        if let location = dataset.location { request["location"] = .string(location) }
        let body = JSONValue.object(request).canonicalBytes
        do {
            _ = try await call(.post, "\(projectPath)/datasets", body: body, resource: dataset.resource, .idempotent)
            return true
        } catch LedgerError.Code.conflict {
            return false
        }
    }

    /// Whether the table of events is there.
    func hasTable() async throws -> Bool {
        do {
            _ = try await tableIdentity()
            return true
        } catch LedgerError.Code.notFound {
            return false
        }
    }

    /// When the table was made, and its columns: they tell a table from one of the same name that was made later, or changed.
    func tableIdentity() async throws -> [String] {
        let path = "\(projectPath)/datasets/\(dataset.name)/tables/events"
        let answer = try await call(.get, path, resource: dataset.tableResource)
        guard let time = answer["creationTime"]?.stringValue else { throw dataset.unreadable() }
        return [time, answer["schema"]?.description ?? ""]
    }

    /// Begins a load job.
    ///
    /// - Parameters:
    ///   - id: The job's id; one that is known is not begun again.
    ///   - content: Newline-delimited JSON.
    /// - Returns: How it stands.
    func load(_ content: [UInt8], job id: String) async throws -> BigQueryJobState {
        let table: JSONObject = [
            "projectId": .string(dataset.cloud.project), "datasetId": .string(dataset.name), "tableId": "events",
        ]
        var reference: JSONObject = ["projectId": .string(dataset.cloud.project), "jobId": .string(id)]
        if let location = dataset.location { reference["location"] = .string(location) }
        let request: JSONValue = [
            "jobReference": .object(reference),
            "configuration": [
                "load": [
                    "destinationTable": .object(table), "sourceFormat": "NEWLINE_DELIMITED_JSON",
                    "writeDisposition": "WRITE_APPEND", "createDisposition": "CREATE_NEVER",
                ]
            ],
        ]
        // JSON of one line each holds no line that begins with the boundary.
        let boundary = "eventledger-\(EventID.timeOrdered().rawValue)"
        var body = Array("--\(boundary)\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n".utf8)
        body += request.canonicalBytes
        body += Array("\r\n--\(boundary)\r\nContent-Type: application/octet-stream\r\n\r\n".utf8)
        body += content
        body += Array("\r\n--\(boundary)--\r\n".utf8)
        do {
            let answer = try await call(
                .post, "/upload\(projectPath)/jobs?uploadType=multipart", body: body,
                contentType: "multipart/related; boundary=\(boundary)", resource: dataset.tableResource, .idempotent
            )
            return try BigQueryJobState(answer, dataset.unreadable)
        } catch LedgerError.Code.conflict {
            return .running
        }
    }

    /// How a job stands; `nil` where it is not known.
    func state(ofJob id: String) async throws -> BigQueryJobState? {
        var path = "\(projectPath)/jobs/\(PercentEncoded(id))"
        if let location = dataset.location { path += "?location=\(PercentEncoded(location))" }
        do {
            return try BigQueryJobState(try await call(.get, path, resource: dataset.tableResource), dataset.unreadable)
        } catch LedgerError.Code.notFound {
            return nil
        }
    }

    /// - Throws: ``LedgerError``: what ``GoogleService/call(_:_:body:contentType:resource:repeatability:timeout:)`` throws, `notFound`
    ///   for 404, `conflict` for 409, or `bigquery-refused` for any other refusal.
    private func call(
        _ method: HTTPRequest.Method, _ path: String, body: [UInt8] = [], contentType: String = "application/json",
        resource: String, _ repeatability: HTTPRequest.Repeatability? = nil
    ) async throws -> JSONObject {
        let answer = try await bytes(
            method, path, body: body, contentType: contentType, resource: resource, repeatability
        )
        guard let object = (try? JSONText(answer).value())?.objectValue else { throw dataset.unreadable() }
        return object
    }

    private func bytes(
        _ method: HTTPRequest.Method, _ path: String, body: [UInt8] = [], contentType: String = "application/json",
        resource: String, _ repeatability: HTTPRequest.Repeatability? = nil
    ) async throws -> [UInt8] {
        do {
            return try await service.call(
                method, path, body: body, contentType: contentType, resource: resource, repeatability: repeatability
            )
        } catch let error as GoogleAPIError {
            throw refusal(error, resource: resource)
        }
    }

    private func refusal(_ error: GoogleAPIError, resource: String) -> LedgerError {
        let details = ["status": "\(error.status)", "reason": error.reason]
        if error.status == 404 {
            return LedgerError(
                .notFound,
                "\(resource) does not exist. 'BigQuerySchema.create' makes it; a tool calls that to prepare its project.",
                details: details, underlying: error
            )
        }
        return LedgerError(
            error.status == 409 ? .conflict : .bigQueryRefused,
            "BigQuery refused a request about \(resource) (\(error.reason)).", details: details, underlying: error
        )
    }
}
