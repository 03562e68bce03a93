// swift-tools-version: 6.2
import PackageDescription

// A package of its own: the fuzzer brings its own main function and its own instrumentation. The
// sources under test are links into the main package.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// A fuzz executable; the folder of its corpus bears the same name.
func fuzzer(_ name: String, of modules: [String]) -> Target {
    .executableTarget(
        name: name, dependencies: (modules + ["FuzzSupport"]).map { .init(stringLiteral: $0) },
        swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
}

let package = Package(
    name: "postern-fuzz",
    dependencies: [.package(url: "https://github.com/apple/swift-collections", exact: "1.6.0")],
    targets: [
        .target(name: "MailSyntax", swiftSettings: strict),
        .target(name: "SMTPProtocol", dependencies: ["MailSyntax"], swiftSettings: strict),
        .target(name: "MailContent", dependencies: ["MailSyntax"], swiftSettings: strict),
        .target(name: "SieveEngine", dependencies: ["MailContent", "MailSyntax"], swiftSettings: strict),
        .target(
            name: "MailSpool",
            dependencies: ["MailSyntax", .product(name: "DequeModule", package: "swift-collections")],
            // Files are read by what only the module itself sees.
            swiftSettings: strict + [.unsafeFlags(["-enable-testing"])]),
        .target(
            name: "PosternTestSupport", dependencies: ["MailSyntax", "MailSpool"], swiftSettings: strict),
        .target(name: "FuzzSupport", swiftSettings: strict),
        fuzzer("FuzzAddress", of: ["MailSyntax"]),
        fuzzer("FuzzHeader", of: ["MailSyntax"]),
        fuzzer("FuzzCommand", of: ["SMTPProtocol", "MailSyntax"]),
        fuzzer("FuzzLines", of: ["SMTPProtocol"]),
        fuzzer("FuzzReply", of: ["SMTPProtocol"]),
        fuzzer("FuzzDots", of: ["SMTPProtocol"]),
        fuzzer("FuzzSession", of: ["SMTPProtocol", "MailSyntax"]),
        fuzzer("FuzzEntry", of: ["MailSpool", "MailSyntax", "PosternTestSupport"]),
        fuzzer("FuzzScript", of: ["SieveEngine", "MailSyntax"]),
        fuzzer("FuzzMIME", of: ["MailContent", "MailSyntax"]),
        fuzzer("FuzzFieldText", of: ["MailContent", "MailSyntax"]),
    ]
)
