/// arXiv's subjects, by the codes that people write and the names that its records hold.
enum SubjectNames {
    /// The form in which subjects are compared: lowercase words, with a code replaced by its name.
    ///
    /// Archives count too: `cs` and `Computer Science` are the same, and stand for all that begins with them.
    ///
    /// - Parameter subject: a code such as `cs.LG` or a name such as `Mathematics - Probability`.
    static func folded(_ subject: String) -> String {
        let plain = TextFolding.collapse(subject)
        return TextFolding.fold(names[plain.lowercased()] ?? plain)
    }

    /// The folded forms that a paper with this subject is found under: the subject's and its archive's.
    static func keys(of subject: String) -> [String] {
        let plain = TextFolding.collapse(subject)
        let name = names[plain.lowercased()] ?? plain
        var keys = [TextFolding.fold(name)]
        var archive = ""
        // By hand, because the names themselves hold hyphens: only one with a space on either side divides.
        for word in name.split(separator: " ") {
            if word == "-" {
                keys.append(TextFolding.fold(archive))
                break
            }
            archive += archive.isEmpty ? String(word) : " " + String(word)
        }
        return keys
    }

    private static let names: [String: String] = [
        "cs": "Computer Science",
        "cs.ai": "Computer Science - Artificial Intelligence",
        "cs.cc": "Computer Science - Computational Complexity",
        "cs.ce": "Computer Science - Computational Engineering, Finance, and Science",
        "cs.cg": "Computer Science - Computational Geometry",
        "cs.cl": "Computer Science - Computation and Language",
        "cs.cr": "Computer Science - Cryptography and Security",
        "cs.cv": "Computer Science - Computer Vision and Pattern Recognition",
        "cs.cy": "Computer Science - Computers and Society",
        "cs.db": "Computer Science - Databases",
        "cs.dc": "Computer Science - Distributed, Parallel, and Cluster Computing",
        "cs.dl": "Computer Science - Digital Libraries",
        "cs.dm": "Computer Science - Discrete Mathematics",
        "cs.ds": "Computer Science - Data Structures and Algorithms",
        "cs.gt": "Computer Science - Computer Science and Game Theory",
        "cs.hc": "Computer Science - Human-Computer Interaction",
        "cs.ir": "Computer Science - Information Retrieval",
        "cs.it": "Computer Science - Information Theory",
        "cs.lg": "Computer Science - Learning",
        "cs.lo": "Computer Science - Logic in Computer Science",
        "cs.ne": "Computer Science - Neural and Evolutionary Computing",
        "cs.ni": "Computer Science - Networking and Internet Architecture",
        "cs.pl": "Computer Science - Programming Languages",
        "cs.ro": "Computer Science - Robotics",
        "cs.se": "Computer Science - Software Engineering",
        "cs.si": "Computer Science - Social and Information Networks",
        "cs.sy": "Computer Science - Systems and Control",
        "stat": "Statistics",
        "stat.ap": "Statistics - Applications",
        "stat.co": "Statistics - Computation",
        "stat.me": "Statistics - Methodology",
        "stat.ml": "Statistics - Machine Learning",
        "math": "Mathematics",
        "math.ag": "Mathematics - Algebraic Geometry",
        "math.ap": "Mathematics - Analysis of PDEs",
        "math.at": "Mathematics - Algebraic Topology",
        "math.ca": "Mathematics - Classical Analysis and ODEs",
        "math.co": "Mathematics - Combinatorics",
        "math.cv": "Mathematics - Complex Variables",
        "math.dg": "Mathematics - Differential Geometry",
        "math.ds": "Mathematics - Dynamical Systems",
        "math.fa": "Mathematics - Functional Analysis",
        "math.gr": "Mathematics - Group Theory",
        "math.gt": "Mathematics - Geometric Topology",
        "math.lo": "Mathematics - Logic",
        "math.na": "Mathematics - Numerical Analysis",
        "math.nt": "Mathematics - Number Theory",
        "math.oc": "Mathematics - Optimization and Control",
        "math.pr": "Mathematics - Probability",
        "math.rt": "Mathematics - Representation Theory",
        "math.st": "Mathematics - Statistics Theory",
        "math-ph": "Mathematical Physics",
        "quant-ph": "Quantum Physics",
        "gr-qc": "General Relativity and Quantum Cosmology",
        "hep-ex": "High Energy Physics - Experiment",
        "hep-lat": "High Energy Physics - Lattice",
        "hep-ph": "High Energy Physics - Phenomenology",
        "hep-th": "High Energy Physics - Theory",
        "nucl-ex": "Nuclear Experiment",
        "nucl-th": "Nuclear Theory",
        "astro-ph": "Astrophysics",
        "astro-ph.co": "Astrophysics - Cosmology and Nongalactic Astrophysics",
        "astro-ph.ep": "Astrophysics - Earth and Planetary Astrophysics",
        "astro-ph.ga": "Astrophysics - Astrophysics of Galaxies",
        "astro-ph.he": "Astrophysics - High Energy Astrophysical Phenomena",
        "astro-ph.im": "Astrophysics - Instrumentation and Methods for Astrophysics",
        "astro-ph.sr": "Astrophysics - Solar and Stellar Astrophysics",
        "cond-mat": "Condensed Matter",
        "cond-mat.dis-nn": "Condensed Matter - Disordered Systems and Neural Networks",
        "cond-mat.mes-hall": "Condensed Matter - Mesoscale and Nanoscale Physics",
        "cond-mat.mtrl-sci": "Condensed Matter - Materials Science",
        "cond-mat.quant-gas": "Condensed Matter - Quantum Gases",
        "cond-mat.soft": "Condensed Matter - Soft Condensed Matter",
        "cond-mat.stat-mech": "Condensed Matter - Statistical Mechanics",
        "cond-mat.str-el": "Condensed Matter - Strongly Correlated Electrons",
        "cond-mat.supr-con": "Condensed Matter - Superconductivity",
        "physics": "Physics",
        "physics.atom-ph": "Physics - Atomic Physics",
        "physics.bio-ph": "Physics - Biological Physics",
        "physics.chem-ph": "Physics - Chemical Physics",
        "physics.comp-ph": "Physics - Computational Physics",
        "physics.flu-dyn": "Physics - Fluid Dynamics",
        "physics.ins-det": "Physics - Instrumentation and Detectors",
        "physics.optics": "Physics - Optics",
        "physics.soc-ph": "Physics - Physics and Society",
        "nlin": "Nonlinear Sciences",
        "nlin.cd": "Nonlinear Sciences - Chaotic Dynamics",
        "nlin.ps": "Nonlinear Sciences - Pattern Formation and Solitons",
        "nlin.si": "Nonlinear Sciences - Exactly Solvable and Integrable Systems",
        "q-bio": "Quantitative Biology",
        "q-bio.bm": "Quantitative Biology - Biomolecules",
        "q-bio.gn": "Quantitative Biology - Genomics",
        "q-bio.mn": "Quantitative Biology - Molecular Networks",
        "q-bio.nc": "Quantitative Biology - Neurons and Cognition",
        "q-bio.pe": "Quantitative Biology - Populations and Evolution",
        "q-bio.qm": "Quantitative Biology - Quantitative Methods",
        "q-fin": "Quantitative Finance",
        "q-fin.pm": "Quantitative Finance - Portfolio Management",
        "q-fin.rm": "Quantitative Finance - Risk Management",
        "q-fin.st": "Quantitative Finance - Statistical Finance",
    ]
}
