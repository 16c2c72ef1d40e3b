/// The venues whose tier is known, by the names that journal references use.
enum VenueCatalog {
    /// The venue of a paper whose record has only a journal reference or a DOI.
    ///
    /// - Parameters:
    ///   - journalReference: free text such as `Phys. Rev. D 88, 026010 (2013)`.
    ///   - doi: the normalised DOI.
    /// - Returns: nil if neither says that the paper was published outside arXiv.
    static func venue(journalReference: String?, doi: String?) -> Venue? {
        if let journalReference {
            let words = TextFolding.words(journalReference)
            for length in stride(from: min(words.count, longestName), through: 1, by: -1) {
                guard let known = venues[words[..<length].joined(separator: " ")] else { continue }
                // "Science 351" is Science, "Science China 58" is not.
                if length == words.count || isVolume(words[length]) { return known }
            }
            if !words.isEmpty { return Venue(name: name(of: journalReference), tier: .peerReviewed) }
        }
        guard let doi, !doi.hasPrefix(PaperIdentifiers.arXivDOIPrefix) else { return nil }
        return Venue(name: nil, tier: .peerReviewed)
    }

    private static func isVolume(_ word: String) -> Bool {
        if let first = word.utf8.first, (0x30...0x39).contains(first) { return true }
        return word == "vol" || word == "volume" || word == "v" || word == "no"
    }

    // The text before the first digit or bracket: what stands in front of volume and pages.
    private static func name(of journalReference: String) -> String? {
        var name = ""
        for scalar in journalReference.unicodeScalars {
            if (0x30...0x39).contains(scalar.value) || scalar == "(" { break }
            name.unicodeScalars.append(scalar)
        }
        while let last = name.unicodeScalars.last, last == " " || last == "," || last == ":" || last == ";" {
            name.unicodeScalars.removeLast()
        }
        return name.isEmpty ? nil : name
    }

    private static let venues: [String: Venue] = {
        var table: [String: Venue] = [:]
        for (tier, list) in [(VenueTier.top, topNames), (VenueTier.second, secondNames)] {
            for (name, spellings) in list {
                for spelling in [name] + spellings {
                    table[TextFolding.fold(spelling)] = Venue(name: name, tier: tier)
                }
            }
        }
        return table
    }()

    private static let longestName: Int = venues.keys.map { $0.split(separator: " ").count }.max() ?? 0

    private static let topNames: [(name: String, spellings: [String])] = [
        ("Nature", []),
        ("Science", []),
        ("Cell", []),
        ("Nature Physics", ["Nat. Phys.", "Nature Phys."]),
        ("Physical Review Letters", ["Phys. Rev. Lett.", "Phys.Rev.Lett.", "PRL"]),
        ("Physical Review X", ["Phys. Rev. X"]),
        ("Annals of Mathematics", ["Ann. of Math.", "Annals of Math."]),
        ("Inventiones Mathematicae", ["Invent. Math."]),
        ("Journal of the American Mathematical Society", ["J. Amer. Math. Soc."]),
        ("Annals of Probability", ["Ann. Probab."]),
        ("Annals of Statistics", ["Ann. Statist."]),
        ("Journal of Machine Learning Research", ["JMLR"]),
        (
            "Proceedings of the National Academy of Sciences",
            ["PNAS", "Proc. Natl. Acad. Sci.", "Proc. Natl. Acad. Sci. USA"]
        ),
    ]

    private static let secondNames: [(name: String, spellings: [String])] = [
        ("Physical Review A", ["Phys. Rev. A"]),
        ("Physical Review B", ["Phys. Rev. B"]),
        ("Physical Review C", ["Phys. Rev. C"]),
        ("Physical Review D", ["Phys. Rev. D"]),
        ("Physical Review E", ["Phys. Rev. E"]),
        ("Physics Letters B", ["Phys. Lett. B", "Phys.Lett. B"]),
        ("Nuclear Physics B", ["Nucl. Phys. B"]),
        ("Journal of High Energy Physics", ["JHEP", "J. High Energy Phys."]),
        ("Journal of Cosmology and Astroparticle Physics", ["JCAP"]),
        ("The Astrophysical Journal", ["ApJ", "Astrophys. J.", "Astrophysical Journal"]),
        ("The Astronomical Journal", ["AJ", "Astron. J."]),
        ("Astronomy & Astrophysics", ["A&A", "Astronomy and Astrophysics", "Astron. Astrophys."]),
        (
            "Monthly Notices of the Royal Astronomical Society",
            ["MNRAS", "Mon. Not. Roy. Astron. Soc.", "Mon. Not. R. Astron. Soc."]
        ),
        ("Communications in Mathematical Physics", ["Comm. Math. Phys.", "Commun. Math. Phys."]),
        ("Nature Communications", ["Nat. Commun.", "Nat. Comm."]),
        ("New Journal of Physics", ["New J. Phys."]),
        ("Nano Letters", ["Nano Lett."]),
        ("Applied Physics Letters", ["Appl. Phys. Lett."]),
        ("Journal of Chemical Physics", ["J. Chem. Phys."]),
        ("Classical and Quantum Gravity", ["Class. Quantum Grav."]),
        ("Advances in Mathematics", ["Adv. Math."]),
        ("Geometry & Topology", ["Geom. Topol."]),
        ("Algebra & Number Theory", ["Algebra Number Theory"]),
        ("Analysis & PDE", ["Anal. PDE"]),
        ("Annals of Applied Probability", ["Ann. Appl. Probab."]),
        ("IEEE Transactions on Information Theory", ["IEEE Trans. Inf. Theory"]),
    ]
}
