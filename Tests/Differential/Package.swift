// swift-tools-version: 6.2
import PackageDescription

// A package of its own: a program that runs scripts on messages and says what they want, to be compared with
// another program's answers and times. The sources under test are links into the main package.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "postern-differential",
    targets: [
        .target(name: "MailSyntax", swiftSettings: strict),
        .target(name: "MailContent", dependencies: ["MailSyntax"], swiftSettings: strict),
        .target(name: "SieveEngine", dependencies: ["MailContent", "MailSyntax"], swiftSettings: strict),
        .executableTarget(
            name: "SieveActions", dependencies: ["SieveEngine", "MailSyntax"], swiftSettings: strict),
    ]
)
