// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let core: Target.Dependency = .product(name: "EventLedger", package: "EventLedger")
let sqlite: Target.Dependency = .product(name: "EventLedgerSQLite", package: "EventLedger")
let gcp: Target.Dependency = .product(name: "EventLedgerGCP", package: "EventLedger")
let commands: Target.Dependency = .product(name: "EventLedgerCommands", package: "EventLedger")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "EventLedgerExamples",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "ResearchWatcher", targets: ["ResearchWatcher"]),
        .executable(name: "collector", targets: ["Collector"]),
        .executable(name: "worker", targets: ["Worker"]),
        .executable(name: "agents", targets: ["Agents"]),
        .executable(name: "cloud-tasks-local", targets: ["CloudTasksLocal"]),
    ],
    dependencies: [
        // Named, because a clone may stand in a folder of any name.
        .package(name: "EventLedger", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", .upToNextMinor(from: "1.8.2")),
        .package(url: "https://github.com/apple/swift-configuration", .upToNextMinor(from: "1.4.0")),
        .package(url: "https://github.com/apple/swift-system", .upToNextMinor(from: "1.8.1")),
        .package(url: "https://github.com/apple/swift-log", .upToNextMinor(from: "1.16.2")),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", .upToNextMinor(from: "2.13.0")),
        .package(url: "https://github.com/apple/swift-crypto", .upToNextMinor(from: "4.5.2")),
        .package(url: "https://github.com/vapor/jwt-kit", .upToNextMinor(from: "5.7.1")),
        .package(url: "https://github.com/hummingbird-project/hummingbird", .upToNextMinor(from: "2.28.1")),
        .package(url: "https://github.com/apple/swift-nio", .upToNextMinor(from: "2.101.2")),
        .package(url: "https://github.com/apple/swift-http-types", .upToNextMinor(from: "1.8.0")),
    ],
    targets: [
        .systemLibrary(
            name: "CZlib",
            pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"]), .brew(["zlib"]), .yum(["zlib-devel"])]
        ),
        .target(
            name: "ResearchWatcher",
            dependencies: ["CZlib", core],
            // In the code rather than beside it: a copied executable still has its sample.
            resources: [.embedInCode("Corpus/sample.json")]
                + [
                    "vw_recent_highscore", "searches", "vw_trending_searches", "vw_user_search_activity", "run_gaps",
                    "source_usage",
                ].map { .embedInCode("BigQuery/SQL/\($0).sql") },
            swiftSettings: settings
        ),
        .target(
            name: "CommandLineSupport",
            dependencies: [core, sqlite, commands, arguments, .product(name: "NIOCore", package: "swift-nio")],
            swiftSettings: settings
        ),
        .target(
            name: "GoogleCloudSupport",
            dependencies: [
                "CommandLineSupport", "ResearchWatcher", core, gcp, commands, arguments,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "Collector",
            dependencies: [
                "CommandLineSupport", "GoogleCloudSupport", "ResearchWatcher", core, sqlite, commands, arguments,
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "Worker",
            dependencies: [
                "CommandLineSupport", "GoogleCloudSupport", "ResearchWatcher", core, sqlite, gcp, commands, arguments,
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "Agents",
            dependencies: [
                "CommandLineSupport", "GoogleCloudSupport", "ResearchWatcher", core, sqlite, commands, arguments,
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "CloudTasksLocal",
            dependencies: [
                "CommandLineSupport", core, sqlite, gcp, commands, arguments,
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ResearchWatcherTests",
            dependencies: ["ResearchWatcher", core, sqlite, gcp],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ProcessTests",
            // The executables are run and not imported; as dependencies they are built in time.
            dependencies: ["ProcessSupport", "ResearchWatcher", "Collector", "Worker", "Agents", core, sqlite],
            swiftSettings: settings
        ),
        .target(
            name: "ProcessSupport", dependencies: ["ResearchWatcher", core], path: "Tests/ProcessSupport",
            swiftSettings: settings
        ),
        .testTarget(
            name: "CloudTasksLocalTests",
            dependencies: [
                "ProcessSupport", "CloudTasksLocal", core, gcp,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "GoogleCloudTests",
            dependencies: [
                "ProcessSupport", "GoogleCloudSupport", "ResearchWatcher", "Collector", "Worker", "CloudTasksLocal",
                core, gcp, commands,
            ],
            swiftSettings: settings
        ),
    ]
)
