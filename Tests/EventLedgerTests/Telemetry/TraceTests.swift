import EventLedger
import EventLedgerInMemory
import EventLedgerTesting
import InMemoryTracing
import Testing
import Tracing

/// One trace leads from a request through a commit and the task it enqueued to the events of the task's handler.
@Suite("Traces") struct TraceTests {
    private struct Mail: TaskPayload {
        static let kind: TaskKind = "trace.mail"
    }

    private struct Send: TaskHandler {
        func handle(_ payload: Mail, in context: TaskContext) async throws -> TaskOutcome {
            var commit = Commit()
            commit.append(contentsOf: [NewEvent(type: "mail.sent", data: .emptyObject)], to: "mail-1")
            return .done(commit)
        }
    }

    @Test func oneTraceFromTheRequestToTheLastEvent() async throws {
        try await W3CTracer.$isOn.withValue(true) { try await follow(W3CTracer.bootstrapped) }
    }

    private func follow(_ tracer: W3CTracer) async throws {
        let ledger = InMemoryLedger(clock: TestClock())
        let traceID = try await withSpan("request") { span in
            _ = try await ledger.commit {
                $0.append(contentsOf: [NewEvent(type: "mail.wanted", data: .emptyObject)], to: "mail-1")
                try $0.enqueue(Mail(), named: "1", in: "trace-mails")
            }
            return try #require(span.context.inMemorySpanContext?.traceID)
        }
        let worker = TaskWorker(ledger: ledger, queues: ["trace-mails"], handlers: TaskRouter(Send()))
        #expect(try await worker.runUntilIdle().done == 1)

        let page = try await ledger.page(.all)
        #expect(page.events.map(\.type) == ["mail.wanted", "mail.sent"])
        for event in page.events {
            #expect(event.metadata.traceparent?.contains(traceID) == true, "\(event.type)")
        }
        // The commit's span produced what the attempt's span consumed, and is linked from it.
        let spans = tracer.base.finishedSpans.filter { $0.spanContext.traceID == traceID }
        let attempt = try #require(spans.first { $0.operationName == LedgerSpans.process("trace-mails") })
        let producer = try #require(attempt.links.first?.context.inMemorySpanContext)
        let commit = try #require(spans.first { $0.spanContext.spanID == producer.spanID })
        #expect(commit.operationName == LedgerSpans.commit)
        #expect(commit.kind == .producer)
        #expect(attempt.kind == .consumer)
    }
}

/// The tracer in memory, with contexts that travel as `traceparent`, but only where a test has switched it on: the process has
/// one tracer, and other tests run beside this one.
private struct W3CTracer: Tracer {
    @TaskLocal static var isOn = false

    let base = InMemoryTracer(
        idGenerator: .init(nextTraceID: { hexadecimal(words: 2) }, nextSpanID: { hexadecimal(words: 1) })
    )

    private static func hexadecimal(words: Int) -> String {
        (0..<words).map { _ in
            let digits = String(UInt64.random(in: 1 ... .max), radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }.joined()
    }

    static let bootstrapped: W3CTracer = {
        let tracer = W3CTracer()
        InstrumentationSystem.bootstrap(tracer)
        return tracer
    }()

    func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> InMemorySpan {
        base.startSpan(
            operationName, context: context(), ofKind: kind, at: instant(), function: function, file: fileID, line: line
        )
    }

    func forceFlush() {}

    func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    )
    where Inject.Carrier == Carrier {
        guard Self.isOn, let span = context.inMemorySpanContext else { return }
        injector.inject("00-\(span.traceID)-\(span.spanID)-01", forKey: "traceparent", into: &carrier)
    }

    func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        let parts = extractor.extract(key: "traceparent", from: carrier)?.split(separator: "-") ?? []
        guard Self.isOn, parts.count == 4 else { return }
        context.inMemorySpanContext = InMemorySpanContext(
            traceID: String(parts[1]), spanID: String(parts[2]), parentSpanID: nil
        )
    }
}
