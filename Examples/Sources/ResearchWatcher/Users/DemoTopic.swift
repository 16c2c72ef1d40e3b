/// A field of interest that demo users are made of.
struct DemoTopic: Sendable {
    /// The first keyword is common enough to find something in the sample and in any month of arXiv.
    let keywords: [String]
    let authors: [String]
    let categories: [String]

    static let all: [DemoTopic] = [
        DemoTopic(
            keywords: ["neural networks", "deep learning", "gradient descent", "image recognition"],
            authors: ["Yann LeCun", "K. He", "Kingma, D. P."],
            categories: ["cs.LG", "stat.ML"]),
        DemoTopic(
            keywords: ["dark matter", "dark energy", "supernovae", "cosmological constant"],
            authors: ["Riess, Adam", "Planck Collaboration"],
            categories: ["astro-ph.CO"]),
        DemoTopic(
            keywords: ["distributed", "consensus", "consistency", "cluster of servers"],
            authors: ["Leslie Lamport", "N. A. Lynch", "Ongaro"],
            categories: ["cs.DC"]),
        DemoTopic(
            keywords: ["primes", "arithmetic progressions", "prime numbers"],
            authors: ["Terence Tao", "B. Green", "Zhang, Yitang"],
            categories: ["math.NT"]),
        DemoTopic(
            keywords: ["protein", "amino acids", "double helix"],
            authors: ["J. Jumper", "Crick"],
            categories: ["q-bio.BM"]),
        DemoTopic(
            keywords: ["black holes", "gravitational waves", "general relativity"],
            authors: ["LIGO Scientific Collaboration", "B. P. Abbott"],
            categories: ["gr-qc"]),
        DemoTopic(
            keywords: ["machine translation", "question answering", "language model"],
            authors: ["Vaswani, Ashish", "J. Devlin"],
            categories: ["cs.CL"]),
        DemoTopic(
            keywords: ["quantum computing", "qubits", "quantum circuits"],
            authors: ["P. W. Shor", "J. M. Martinis"],
            categories: ["quant-ph"]),
        DemoTopic(
            keywords: ["database", "consistent hashing", "large data"],
            authors: ["E. F. Codd", "Jeffrey Dean"],
            categories: ["cs.DB"]),
        DemoTopic(
            keywords: ["curvature", "ricci flow", "manifolds"],
            authors: ["Perelman, G.", "R. S. Hamilton"],
            categories: ["math.DG"]),
        DemoTopic(
            keywords: ["reinforcement learning", "convolutional network", "backpropagation"],
            authors: ["V. Mnih", "David Silver", "Y. Bengio"],
            categories: ["cs.AI"]),
        DemoTopic(
            keywords: ["random graph", "power law", "contagion"],
            authors: ["A.-L. Barabasi", "D. J. Watts"],
            categories: ["cs.SI", "physics.soc-ph"]),
        DemoTopic(
            keywords: ["standard model", "higgs boson", "supergravity"],
            authors: ["ATLAS Collaboration", "J. Maldacena"],
            categories: ["hep-ex", "hep-th"]),
        DemoTopic(
            keywords: ["entropy", "noisy channel", "measurements"],
            authors: ["Claude Shannon", "D. Donoho"],
            categories: ["cs.IT"]),
        DemoTopic(
            keywords: ["dna", "genome", "genes"],
            authors: ["J. A. Doudna", "Altschul, S. F."],
            categories: ["q-bio.GN"]),
    ]
}
