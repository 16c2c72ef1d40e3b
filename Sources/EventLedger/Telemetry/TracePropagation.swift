import Instrumentation
package import ServiceContextModule

/// Carries the W3C trace context from the current task into metadata, and back.
package enum TracePropagation {
    /// `traceparent` and `tracestate` of the current task, where an instrument is bootstrapped.
    package static func current() -> Metadata {
        guard let context = ServiceContext.current, !context.isEmpty else { return Metadata() }
        var carrier = [String: String]()
        InstrumentationSystem.instrument.inject(context, into: &carrier, using: CarrierInjector())
        return Metadata(traceparent: carrier["traceparent"], tracestate: carrier["tracestate"])
    }

    /// The context that a trace parent names, on top of the current one.
    package static func context(traceparent: String?, tracestate: String?) -> ServiceContext {
        var context = ServiceContext.current ?? .topLevel
        var carrier = [String: String]()
        carrier["traceparent"] = traceparent
        carrier["tracestate"] = tracestate
        InstrumentationSystem.instrument.extract(carrier, into: &context, using: CarrierExtractor())
        return context
    }
}

private struct CarrierInjector: Injector {
    func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
}

private struct CarrierExtractor: Extractor {
    func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
}
