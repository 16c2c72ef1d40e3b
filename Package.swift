// swift-tools-version: 6.2
import PackageDescription

// `Tests/Fuzzing/run` sets it to libFuzzer's archive; every target then tells libFuzzer which branches an input takes.
let fuzzerLibrary = Context.environment["EVENTLEDGER_FUZZER_LIBRARY"]

var settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

if fuzzerLibrary != nil { settings.append(.unsafeFlags(["-sanitize=fuzzer"])) }

let package = Package(
    name: "EventLedger",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "EventLedger", targets: ["EventLedger"]),
        .library(name: "EventLedgerInMemory", targets: ["EventLedgerInMemory"]),
        .library(name: "EventLedgerSQLite", targets: ["EventLedgerSQLite"]),
        .library(name: "EventLedgerGCP", targets: ["EventLedgerGCP"]),
        .library(name: "EventLedgerTesting", targets: ["EventLedgerTesting"]),
        .library(name: "EventLedgerCommands", targets: ["EventLedgerCommands"]),
        .executable(name: "eventledger", targets: ["EventLedgerTool"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", .upToNextMinor(from: "1.16.2")),
        .package(url: "https://github.com/apple/swift-metrics", .upToNextMinor(from: "2.13.0")),
        .package(url: "https://github.com/apple/swift-distributed-tracing", .upToNextMinor(from: "1.7.3")),
        .package(url: "https://github.com/apple/swift-crypto", .upToNextMinor(from: "4.5.2")),
        .package(url: "https://github.com/vapor/jwt-kit", .upToNextMinor(from: "5.7.1")),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", .upToNextMinor(from: "2.13.0")),
        .package(url: "https://github.com/apple/swift-argument-parser", .upToNextMinor(from: "1.8.2")),
    ],
    targets: [
        .target(
            name: "EventLedger",
            dependencies: [
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings
        ),
        .target(name: "EventLedgerInMemory", dependencies: ["EventLedger"], swiftSettings: settings),
        .systemLibrary(
            name: "CSQLite",
            pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"]), .yum(["sqlite-devel"])]
        ),
        .target(name: "EventLedgerSQLite", dependencies: ["EventLedger", "CSQLite"], swiftSettings: settings),
        .systemLibrary(
            name: "CCurl",
            pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"]), .yum(["libcurl-devel"])]
        ),
        .target(
            name: "EventLedgerGCP",
            dependencies: [
                "EventLedger", "CCurl",
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            // In the code rather than beside it: a copied executable still has its statements.
            resources: [
                "events", "events_deduplicated", "events_json", "events_by_type", "events_by_day",
                "events_provenance", "position_gaps", "contiguous_head",
            ].map { .embedInCode("BigQuery/SQL/\($0).sql") },
            swiftSettings: settings
        ),
        .target(name: "EventLedgerTesting", dependencies: ["EventLedger"], swiftSettings: settings),
        .target(
            name: "EventLedgerCommands",
            dependencies: [
                "EventLedger",
                "EventLedgerSQLite",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(name: "EventLedgerTool", dependencies: ["EventLedgerCommands"], swiftSettings: settings),
        .target(
            name: "TestSupport", dependencies: ["EventLedger", "WholeEntries"], path: "Tests/Support/TestSupport",
            swiftSettings: settings
        ),
        .target(
            name: "WholeEntries", path: "Tests/Support/WholeEntries",
            linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]
        ),
        .target(
            name: "GCPTestSupport", dependencies: ["EventLedgerGCP"], path: "Tests/Support/GCPTestSupport",
            swiftSettings: settings
        ),
        .target(
            name: "DecoderProperties", dependencies: ["EventLedger", "EventLedgerSQLite", "EventLedgerCommands"],
            path: "Tests/Support/DecoderProperties", swiftSettings: settings
        ),
        .target(name: "FaultyStorage", dependencies: ["CSQLite"], path: "Tests/Support/FaultyStorage"),
        .executableTarget(
            name: "LedgerChild", dependencies: ["EventLedger", "EventLedgerSQLite", "EventLedgerGCP", "TestSupport"],
            path: "Tests/Support/LedgerChild", swiftSettings: settings
        ),
        .testTarget(
            name: "ReliabilityTests",
            dependencies: [
                "EventLedger", "EventLedgerInMemory", "EventLedgerSQLite", "EventLedgerGCP", "EventLedgerTesting",
                "TestSupport", "GCPTestSupport", "DecoderProperties", "FaultyStorage", "LedgerChild", "CSQLite",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EventLedgerTests",
            dependencies: [
                "EventLedger", "EventLedgerInMemory", "EventLedgerTesting", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EventLedgerInMemoryTests",
            dependencies: ["EventLedger", "EventLedgerInMemory", "EventLedgerTesting", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EventLedgerSQLiteTests",
            dependencies: ["EventLedger", "EventLedgerSQLite", "EventLedgerTesting", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EventLedgerGCPTests",
            dependencies: [
                "EventLedger", "EventLedgerInMemory", "EventLedgerGCP", "EventLedgerTesting", "TestSupport",
                "GCPTestSupport",
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EventLedgerTestingTests",
            dependencies: ["EventLedger", "EventLedgerTesting"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EventLedgerCommandsTests",
            dependencies: [
                "EventLedger", "EventLedgerInMemory", "EventLedgerSQLite", "EventLedgerCommands", "EventLedgerTesting",
                "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DocumentationTests",
            dependencies: [
                "EventLedger", "EventLedgerInMemory", "EventLedgerSQLite", "EventLedgerGCP", "EventLedgerTesting",
                "TestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
    ]
)

if let fuzzerLibrary {
    package.targets += [
        .target(name: "CFuzzer", path: "Tests/Fuzzing/CFuzzer"),
        .executableTarget(
            name: "Fuzzer", dependencies: ["CFuzzer", "DecoderProperties"], path: "Tests/Fuzzing/Fuzzer",
            swiftSettings: settings,
            linkerSettings: [.unsafeFlags(["-Xlinker", fuzzerLibrary, "-lstdc++", "-lm"])]
        ),
    ]
}
