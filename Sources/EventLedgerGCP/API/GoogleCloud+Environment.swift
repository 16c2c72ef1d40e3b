import EventLedger

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

extension GoogleCloud {
    /// How Google's services are reached by what the environment says.
    ///
    /// - `GOOGLE_CLOUD_PROJECT` is the project; else the key file of the service account names it, else the metadata server.
    /// - ``GoogleServiceName/emulatorVariable`` of a service, such as `FIRESTORE_EMULATOR_HOST`, says where its emulator is, as
    ///   `host:port` or as a URL.
    /// - Credentials are found by ``ApplicationDefaultCredentials``: not at all where all services are emulated, and only with
    ///   the first call that needs them where some are.
    ///
    /// - Parameters:
    ///   - environment: The environment variables; those of the process unless given.
    ///   - transport: Sends the requests; unless given, a ``CurlTransport`` in a ``RetryingTransport``.
    /// - Throws: ``LedgerError`` with `invalidValue` where a variable or a file cannot be used or no project is named, and what
    ///   ``ApplicationDefaultCredentials/find(environment:transport:clock:)`` throws.
    public static func fromEnvironment(
        _ environment: [String: String] = ProcessInfo.processInfo.environment,
        transport: (any HTTPTransport)? = nil
    ) async throws -> GoogleCloud {
        let emulators = try emulators(environment)
        // Whether there is a metadata server is asked without trying again and again, since mostly there is none.
        let probe = transport ?? CurlTransport()
        let transport = transport ?? RetryingTransport(probe)
        let find: @Sendable () async throws -> FoundCredentials = {
            try await ApplicationDefaultCredentials.found(environment, transport, .system, probe: probe)
        }
        let named = environment.nonEmpty("GOOGLE_CLOUD_PROJECT")
        let tokens: any AccessTokenSource
        var project = named
        if emulators.count == GoogleServiceName.allCases.count {
            tokens = NoAccessTokens()
        } else if !emulators.isEmpty, named != nil {
            tokens = DeferredAccessTokens { try await find().accessTokens() }
        } else {
            let credentials = try await find()
            tokens = credentials.accessTokens()
            if project == nil { project = try await credentials.projectID() }
        }
        guard let project else {
            throw LedgerError(
                .invalidValue, "The project is not known. Set GOOGLE_CLOUD_PROJECT to its id."
            )
        }
        return GoogleCloud(project: project, transport: transport, tokens: tokens, emulators: emulators)
    }

    private static func emulators(_ environment: [String: String]) throws -> [GoogleServiceName: String] {
        var emulators: [GoogleServiceName: String] = [:]
        for service in GoogleServiceName.allCases {
            guard let text = environment.nonEmpty(service.emulatorVariable) else { continue }
            emulators[service] = try emulatorURL(text, variable: service.emulatorVariable)
        }
        return emulators
    }

    private static func emulatorURL(_ text: String, variable: String) throws -> String {
        let isURL = text.hasPrefix("http://") || text.hasPrefix("https://")
        var address = isURL ? text : "http://\(text)"
        while address.hasSuffix("/") { address.removeLast() }
        guard let url = URL(string: address), let host = url.host, !host.isEmpty, url.query == nil, url.user == nil,
            !address.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F })
        else {
            throw LedgerError(
                .invalidValue, "\(variable) is neither 'host:port' nor a URL.", details: ["variable": variable]
            )
        }
        return address
    }
}
