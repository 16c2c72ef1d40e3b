/// Users for demonstrations and tests: always the same, and each with something to read.
public enum DemoUsers {
    /// Makes the first `count` demo users.
    ///
    /// User n is the same whatever the count, and nothing is random. Each has two topics: keywords of both, an author of
    /// the first, and for every third user its category. The leading keyword of the first topic finds at least one paper
    /// in the bundled sample and in the month of January 2016 of arXiv.
    ///
    /// - Parameter count: how many; negative counts as 0.
    /// - Returns: the users `user-001`, `user-002` and so on.
    public static func make(_ count: Int) -> [UserProfile] {
        (0..<max(0, count)).map(user)
    }

    private static func user(_ index: Int) -> UserProfile {
        let topics = DemoTopic.all
        let round = index / topics.count
        let first = topics[index % topics.count]
        // Never the same topic twice: the distance runs through 1 ... count - 1.
        let distance = 1 + (index + round * 4) % (topics.count - 1)
        let second = topics[(index + distance) % topics.count]
        let keywords = [
            first.keywords[0],
            first.keywords[1 + (index + round) % (first.keywords.count - 1)],
            second.keywords[(index + round) % second.keywords.count],
        ]
        let categories = index % 3 == 0 ? [first.categories[round % first.categories.count]] : []
        let digits = String(index + 1)
        let given = givenNames[index % givenNames.count]
        let family = familyNames[(index + index / givenNames.count) % familyNames.count]
        return UserProfile(
            id: "user-" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits,
            name: given + " " + family,
            seeds: Seeds(
                keywords: keywords,
                authors: [first.authors[round % first.authors.count]],
                categories: categories
            )
        )
    }

    private static let givenNames = [
        "Ada", "Ben", "Chiara", "Dmitri", "Elif", "Farah", "Goran", "Hana", "Ines", "Jonas", "Kofi", "Leila", "Mateo",
        "Noor", "Olga", "Pavel", "Quentin", "Rosa", "Sven", "Tomoko",
    ]

    private static let familyNames = [
        "Abe", "Berg", "Costa", "Dvorak", "Eze", "Fischer", "Garcia", "Haddad", "Ivanova", "Jensen", "Kaya", "Lopez",
        "Moreau", "Nguyen", "Okafor", "Patel", "Quist", "Rossi", "Sato", "Tanaka",
    ]
}
