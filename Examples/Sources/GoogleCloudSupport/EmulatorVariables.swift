import EventLedgerCommands
import EventLedgerGCP

/// What the environment says about emulators.
///
/// A variable that was forgotten sends what is meant for an emulator to production, and nobody notices. So where one service
/// is emulated, all others that are reached are too, or are named in `EVENTLEDGER_PRODUCTION_SERVICES`.
struct EmulatorVariables {
    /// Names the services that are reached in production although others are emulated, by commas.
    static let productionVariable = "EVENTLEDGER_PRODUCTION_SERVICES"

    /// What to do where none is set and emulators are meant.
    static let hint =
        "With emulators none are needed: set GOOGLE_CLOUD_PROJECT and \(variables(Set(GoogleServiceName.allCases))), "
        + "as 'Tests/Support/gcp/services start' prints them."

    /// Whether no service is emulated.
    var areUnset: Bool { emulated.isEmpty }

    private let emulated: Set<GoogleServiceName>
    private let inProduction: Set<GoogleServiceName>

    /// Reads the environment.
    ///
    /// - Throws: `CommandFailure` where it names a service that is not known, or contradicts itself.
    init(_ environment: [String: String]) throws {
        emulated = Set(GoogleServiceName.allCases.filter { !(environment[$0.emulatorVariable] ?? "").isEmpty })
        let names = (environment[Self.productionVariable] ?? "").split { $0 == "," || $0 == " " }
        inProduction = try Set(
            names.map { name -> GoogleServiceName in
                guard let service = GoogleServiceName(rawValue: String(name)) else {
                    let known = GoogleServiceName.allCases.map(\.rawValue).joined(separator: ", ")
                    throw CommandFailure(
                        .usage, "\(Self.productionVariable) names '\(name)', which is no service. It takes: \(known).")
                }
                return service
            })
        let both = emulated.intersection(inProduction)
        guard both.isEmpty else {
            throw CommandFailure(
                .usage,
                "What \(Self.productionVariable) names is emulated: \(Self.variables(both)). Unset that, or leave the "
                    + "service out of \(Self.productionVariable).")
        }
    }

    /// Refuses to reach services in production beside others that are emulated, unless they are named.
    ///
    /// - Throws: `CommandFailure`, which names the variables that are set and those that are missing.
    func requireNoMixture(reaching services: Set<GoogleServiceName>) throws {
        let missing = services.subtracting(emulated).subtracting(inProduction)
        guard !emulated.isEmpty, !missing.isEmpty else { return }
        let named = Self.sorted(inProduction.union(missing)).map(\.rawValue).joined(separator: ",")
        throw CommandFailure(
            .usage,
            "Emulators and production would be mixed. Set: \(Self.variables(emulated)). Missing: "
                + "\(Self.variables(missing)). Set what is missing, or unset the others; if this is meant, set "
                + "\(Self.productionVariable)=\(named).")
    }

    private static func variables(_ services: Set<GoogleServiceName>) -> String {
        sorted(services).map(\.emulatorVariable).joined(separator: ", ")
    }

    private static func sorted(_ services: Set<GoogleServiceName>) -> [GoogleServiceName] {
        GoogleServiceName.allCases.filter { services.contains($0) }
    }
}
