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
        .executable(name: "ledger-bench", targets: ["LedgerBench"])
    ],
    dependencies: [
        // Named, because a clone may stand in a folder of any name.
        .package(name: "EventLedger", path: "../.."),
        // Its collector and its worker are measured, and share the build of the library.
        .package(name: "EventLedgerExamples", path: "../../Examples"),
        .package(url: "https://github.com/apple/swift-argument-parser", .upToNextMinor(from: "1.8.2")),
    ],
    targets: [
        .executableTarget(
            name: "LedgerBench",
            dependencies: [
                .product(name: "EventLedger", package: "EventLedger"),
                .product(name: "EventLedgerSQLite", package: "EventLedger"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        )
    ]
)
