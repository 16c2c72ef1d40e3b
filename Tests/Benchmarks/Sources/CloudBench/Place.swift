import ArgumentParser
import EventLedgerGCP

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Which project of the emulators is used. Each run of a row has one of its own.
struct Place: ParsableArguments {
    @Option(help: ArgumentHelp("The project; emulators have any.", valueName: "id"))
    var project: String

    /// How the services are reached, as an application reaches them.
    func cloud(_ transport: (any HTTPTransport)? = nil) async throws -> GoogleCloud {
        var environment = ProcessInfo.processInfo.environment
        environment["GOOGLE_CLOUD_PROJECT"] = project
        return try await GoogleCloud.fromEnvironment(environment, transport: transport)
    }
}
