// swift-tools-version:6.2
import Foundation
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// The pieces of `openapi.yaml` beside the routes: nothing to compile.
let descriptions = {
    let features = URL(filePath: #filePath).appending(path: "../Sources/Features").standardized.path
    let files = FileManager.default.enumerator(atPath: features)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix(".yaml") }.sorted()
}()

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

let package = Package(
    name: "cairn",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "cairn", targets: ["Cairn"])],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.6.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(
            name: "Postgres",
            dependencies: [
                "CLibPQ", logging, .product(name: "DequeModule", package: "swift-collections"),
            ],
            swiftSettings: strict),
        .target(name: "JSON", swiftSettings: strict),
        .target(
            name: "Practice", dependencies: ["JSON", "Postgres", crypto, cryptoExtras, logging], swiftSettings: strict),
        .target(
            name: "WebAPI",
            dependencies: [
                "CZlib", "JSON", "Postgres", "Practice", crypto, hummingbird, lifecycle, logging, nio, nioHTTP,
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            swiftSettings: strict),
        .target(name: "Charts", dependencies: ["Practice", crypto], swiftSettings: strict),
        .target(
            name: "Features",
            dependencies: [
                "Charts", "JSON", "Postgres", "Practice", "WebAPI", "Yams", hummingbird, logging,
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            exclude: descriptions, swiftSettings: strict),
        .target(
            name: "Demo", dependencies: ["Features", "JSON", "Postgres", "Practice"], swiftSettings: strict),
        .executableTarget(
            name: "Cairn",
            dependencies: [
                "Demo", "JSON", "Postgres", "Practice", "WebAPI", "Features", crypto, hummingbird, lifecycle, logging,
                metrics,
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            exclude: ["Documentation.docc"],
            swiftSettings: strict),
        .target(
            name: "TestSupport",
            dependencies: [
                "JSON", "Postgres", "Practice", "WebAPI", "Features", "Cairn", hummingbird, logging, "Yams",
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            path: "Tests/TestSupport",
            swiftSettings: strict),
        .testTarget(name: "PostgresTests", dependencies: ["Postgres", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "Practice"], swiftSettings: strict),
        .testTarget(
            name: "PracticeTests", dependencies: ["Practice", "TestSupport", crypto],
            exclude: ["Recurrences/generate.py"],
            resources: [.copy("Recurrences/cases.txt"), .copy("Recurrences/meanings.txt")], swiftSettings: strict),
        .testTarget(
            name: "WebAPITests",
            dependencies: [
                "CZlib", "WebAPI", "TestSupport", crypto, nioHTTP,
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(name: "ChartsTests", dependencies: ["Charts", crypto], swiftSettings: strict),
        .testTarget(name: "FeaturesTests", dependencies: ["Features", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "AccessTests", dependencies: ["TestSupport"], exclude: ["Asking"],
            resources: [.copy("access-matrix.csv")],
            swiftSettings: strict),
        .testTarget(name: "ContractTests", dependencies: ["TestSupport", "Yams"], swiftSettings: strict),
        .testTarget(
            name: "CairnTests", dependencies: ["Cairn", "Demo", "Features", "TestSupport"], swiftSettings: strict),
    ]
)
