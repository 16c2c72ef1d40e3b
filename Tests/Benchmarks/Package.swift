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
    name: "EventLedgerBenchmarks",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "ledger-bench", targets: ["LedgerBench"]),
        .executable(name: "cloud-bench", targets: ["CloudBench"]),
    ],
    dependencies: [
        // Named, because a clone may stand in a folder of any name.
        .package(name: "EventLedger", path: "../.."),
        // Its collector and its worker are measured, and share the build of the library.
        .package(name: "EventLedgerExamples", path: "../../Examples"),
        .package(url: "https://github.com/apple/swift-argument-parser", .upToNextMinor(from: "1.8.2")),
        .package(url: "https://github.com/apple/swift-log", .upToNextMinor(from: "1.16.2")),
    ],
    targets: [
        .target(
            name: "BenchSupport",
            dependencies: [
                .product(name: "EventLedger", package: "EventLedger"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "LedgerBench",
            dependencies: [
                "BenchSupport",
                .product(name: "EventLedger", package: "EventLedger"),
                .product(name: "EventLedgerSQLite", package: "EventLedger"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        // A program of its own, so that `ledger-bench` is built without anything of Google's.
        .executableTarget(
            name: "CloudBench",
            dependencies: [
                "BenchSupport",
                .product(name: "EventLedger", package: "EventLedger"),
                .product(name: "EventLedgerInMemory", package: "EventLedger"),
                .product(name: "EventLedgerGCP", package: "EventLedger"),
                .product(name: "ResearchWatcher", package: "EventLedgerExamples"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
    ]
)
