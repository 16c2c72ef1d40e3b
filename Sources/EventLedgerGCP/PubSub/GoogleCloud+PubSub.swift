extension GoogleCloud {
    /// A topic of the project.
    ///
    /// - Parameter id: 3 to 255 letters, digits and `-_.~+%`, a letter first, not beginning with `goog`; it is checked when it is
    ///   used.
    public func topic(_ id: String) -> PubSubTopicName { PubSubTopicName(id, in: project) }

    /// A subscription of the project.
    ///
    /// - Parameter id: Of the same form as a topic's.
    public func subscription(_ id: String) -> PubSubSubscriptionName { PubSubSubscriptionName(id, in: project) }
}
