import ArgumentParser

/// What the events of a row look like.
struct ContentOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How many tags each event has: 0 or 2.", valueName: "n"))
    var tags = 0

    @Flag(help: "Encode the events from a Swift type instead of writing their JSON as text.")
    var typed = false

    func validate() throws {
        guard tags == 0 || tags == 2 else { throw ValidationError("--tags takes 0 or 2.") }
    }

    /// The events, in streams whose names begin with a prefix.
    func content(streamPrefix: String = "bench-") -> Content {
        Content(tags: tags, isTyped: typed, streamPrefix: streamPrefix)
    }
}
