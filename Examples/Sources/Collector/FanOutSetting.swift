import ArgumentParser
import Configuration
import SystemPackage

/// Whether users' work is fanned out to workers.
enum FanOutSetting {
    /// The setting: the command line decides, else `USE_TASKS_FANOUT` in the environment, else in the file `.env` of the
    /// working directory, else no. It is read at each run, so that a change takes effect at the next one.
    ///
    /// - Parameter flag: what the command line says, if it does.
    /// - Throws: `ValidationError` for a value that means neither yes nor no, or a `.env` that cannot be read.
    static func resolve(flag: Bool?) async throws -> Bool {
        if let flag { return flag }
        let file: EnvironmentVariablesProvider
        do {
            file = try await EnvironmentVariablesProvider(environmentFilePath: ".env", allowMissing: true)
        } catch {
            throw ValidationError(
                "The file .env cannot be read. Correct its permissions, or give --fanout or --no-fanout.")
        }
        let config = ConfigReader(providers: [EnvironmentVariablesProvider(), file])
        // As text, since a value that is no truth value would otherwise silently count as not set.
        guard let text = config.string(forKey: "use.tasks.fanout") else { return false }
        switch text.lowercased() {
        case "1", "true", "yes", "on": return true
        case "0", "false", "no", "off", "": return false
        default: throw ValidationError("USE_TASKS_FANOUT is neither true nor false. Set it to one of them.")
        }
    }
}
