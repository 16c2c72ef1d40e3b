// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "EventLedgerExamples",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "ResearchWatcher", targets: ["ResearchWatcher"])
    ],
    dependencies: [
        // Named, because a clone may stand in a folder of any name.
        .package(name: "EventLedger", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", .upToNextMinor(from: "1.8.2")),
        .package(url: "https://github.com/apple/swift-configuration", .upToNextMinor(from: "1.4.0")),
    ],
    targets: [
        .systemLibrary(
            name: "CZlib",
            pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"]), .brew(["zlib"]), .yum(["zlib-devel"])]
        ),
        .target(
            name: "ResearchWatcher",
            dependencies: ["CZlib", .product(name: "EventLedger", package: "EventLedger")],
            // In the code rather than beside it: a copied executable still has its sample.
            resources: [.embedInCode("Corpus/sample.json")],
            swiftSettings: settings
        ),
        .testTarget(name: "ResearchWatcherTests", dependencies: ["ResearchWatcher"], swiftSettings: settings),
    ]
)
