import EventLedger
import ServiceLifecycle

/// A service that begins when the process serves: one that cannot serve, because its port is taken, takes no place and no
/// message from those that can.
struct ServiceWhenServing: Service {
    private let service: any Service
    private let serving: CommitSignal
    /// From before the server was started, so that no signal is missed.
    private let ticket: UInt64

    /// Makes a service that has not begun.
    ///
    /// - Parameters:
    ///   - service: what begins.
    ///   - serving: is signalled when the process serves, not before this is made.
    init(_ service: any Service, serving: CommitSignal) {
        self.service = service
        self.serving = serving
        ticket = serving.ticket
    }

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { [serving, ticket] in try await serving.wait(since: ticket) }
        } catch is CancellationError {
            // The process ends before it served: there is nothing to begin.
            return
        }
        try await service.run()
    }
}
