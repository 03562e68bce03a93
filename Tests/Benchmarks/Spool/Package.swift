// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that it builds in seconds; the sources are links into the main package.

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "spool-benchmark",
    dependencies: [.package(url: "https://github.com/apple/swift-collections", exact: "1.6.0")],
    targets: [
        .target(name: "MailSyntax", swiftSettings: settings),
        .target(
            name: "MailSpool",
            dependencies: ["MailSyntax", .product(name: "DequeModule", package: "swift-collections")],
            swiftSettings: settings),
        .executableTarget(
            name: "Backlog", dependencies: ["MailSpool", "MailSyntax"], swiftSettings: settings),
        .executableTarget(name: "Floor"),
        .executableTarget(name: "Spool", dependencies: ["MailSpool", "MailSyntax"], swiftSettings: settings),
    ]
)
