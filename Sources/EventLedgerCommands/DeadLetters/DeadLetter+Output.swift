import EventLedger

extension DeadLetter {
    static let columns = [
        Column("id"), Column("state"), Column("failed"), Column("origin"), Column("type"), Column("attempts", .right),
        Column("error"),
    ]

    var jsonLine: JSONLine {
        var line = JSONLine()
        line.add("id", .text(id))
        line.add("state", .string(state.rawValue))
        switch source {
        case .task(let key):
            line.add("kind", .string("task"))
            line.add("queue", .text(key.queue))
            line.add("name", .text(key.name))
            line.add("generation", .number(key.generation))
        case .event(let position, let stream, let consumer):
            line.add("kind", .string("event"))
            line.add("consumer", .string(consumer))
            line.add("position", .position(position))
            line.add("stream", .text(stream))
        }
        line.add("type", .string(type))
        line.add("errorType", .string(errorType))
        line.add("errorMessage", .string(errorMessage))
        line.add("attempts", .number(attempts))
        line.add("firstFailedAt", .text(firstFailedAt))
        line.add("lastFailedAt", .text(lastFailedAt))
        line.add("retryable", .bool(isRetryable))
        line.add("worker", worker.map { JSONValue.text($0) })
        line.add("traceparent", traceparent.map { JSONValue.string($0) })
        line.add("correlationId", correlationID.map { JSONValue.string($0) })
        if let resolution {
            line.add("decidedBy", .string(resolution.actor))
            line.add("note", .string(resolution.note))
            line.add("decidedAt", .text(resolution.time))
        }
        if !headers.isEmpty { line.add("headers", .object(headers)) }
        // A payload that could not be read may be anything; it is kept as a text then.
        if let json = try? JSONText(payload) {
            line.add("payload", verbatim: json)
        } else {
            line.add("payload", .string(payload))
        }
        return line
    }

    var cells: [Cell] {
        [
            Cell(id), stateCell, Cell(lastFailedAt), Cell(origin, .bold), Cell(type), Cell(attempts),
            Cell("\(errorType): \(errorMessage)"),
        ]
    }

    var facts: [(String, Cell)] {
        var facts: [(String, Cell)] = [("id", Cell(id)), ("state", stateCell)]
        switch source {
        case .task(let key): facts.append(("task", Cell(key)))
        case .event(let position, let stream, let consumer):
            facts.append(("event", Cell("position \(position), stream \(stream)")))
            facts.append(("consumer", Cell(consumer)))
        }
        facts += [
            ("type", Cell(type)), ("error", Cell("\(errorType): \(errorMessage)", .red)), ("attempts", Cell(attempts)),
            ("first failed", Cell(firstFailedAt)), ("last failed", Cell(lastFailedAt)),
        ]
        if !isRetryable { facts.append(("retry", Cell("nobody takes it up; to be resolved"))) }
        if let worker { facts.append(("worker", Cell(worker))) }
        if let correlationID { facts.append(("correlation", Cell(correlationID))) }
        if let traceparent { facts.append(("trace parent", Cell(traceparent))) }
        if let resolution {
            facts.append(("decided", Cell("\(resolution.time) by \(resolution.actor): \(resolution.note)")))
        }
        if !headers.isEmpty { facts.append(("headers", Cell(headers))) }
        facts.append(("payload", Cell(payload)))
        return facts
    }

    private var stateCell: Cell {
        switch state {
        case .open: Cell(state.rawValue, .red)
        case .retried: Cell(state.rawValue, .yellow)
        case .resolved: Cell(state.rawValue, .green)
        }
    }
}
