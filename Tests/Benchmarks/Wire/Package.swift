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
    name: "wire-benchmark",
    targets: [
        .target(name: "MailSyntax", swiftSettings: settings),
        .target(name: "SMTPProtocol", dependencies: ["MailSyntax"], swiftSettings: settings),
        .executableTarget(
            name: "Wire", dependencies: ["SMTPProtocol", "MailSyntax"], swiftSettings: settings),
    ]
)
