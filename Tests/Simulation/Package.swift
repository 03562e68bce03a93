// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the campaign runs optimised and builds in a minute; the sources are links into the
// main package.

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "postern-simulation",
    dependencies: [.package(url: "https://github.com/apple/swift-collections", exact: "1.6.0")],
    targets: [
        .target(name: "MailSyntax", swiftSettings: settings),
        .target(
            name: "MailSpool",
            dependencies: ["MailSyntax", .product(name: "DequeModule", package: "swift-collections")],
            // The model looks at the core from inside.
            swiftSettings: settings + [.unsafeFlags(["-enable-testing"])]),
        .target(
            name: "PosternTestSupport", dependencies: ["MailSyntax", "MailSpool"], swiftSettings: settings),
        .executableTarget(
            name: "simulate", dependencies: ["MailSpool", "MailSyntax", "PosternTestSupport"],
            swiftSettings: settings),
    ]
)
