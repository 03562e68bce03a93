// swift-tools-version: 6.2
import PackageDescription

/// One array of settings for every target: warnings are errors, imports tell what they leak.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

func module(_ name: String, uses: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: uses, swiftSettings: strict)
}

func tests(_ name: String, uses: [Target.Dependency] = [], files: [String] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.init(stringLiteral: name), "PosternTestSupport"] + uses,
        exclude: files, swiftSettings: strict)
}

/// A library of the system: a module map and a header with shims for macros.
func system(_ name: String, pkgConfig: String, package: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "postern",
    products: [.executable(name: "postern", targets: ["postern"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    ],
    targets: [
        // What the system brings.
        system("COpenSSL", pkgConfig: "openssl", package: "libssl-dev"),
        system("CSystemd", pkgConfig: "libsystemd", package: "libsystemd-dev"),
        system("CYAML", pkgConfig: "yaml-0.1", package: "libyaml-dev"),

        // What no Swift may do: the steps between fork and exec.
        .target(name: "CConfinement"),

        // Pure: no I/O, no clock, no Foundation.
        module("MailSyntax"),
        module("SMTPProtocol", uses: ["MailSyntax"]),
        module("MailContent", uses: ["MailSyntax"]),
        module("SieveEngine", uses: ["MailSyntax", "MailContent"]),
        module("SieveTesting", uses: ["SieveEngine", "MailSyntax"]),

        // One outside thing each: TLS, the disk, the network, HTTP, cryptography.
        module("TLSEngine", uses: ["COpenSSL"]),
        module("MailCrypto", uses: ["COpenSSL"]),
        module("MailSpool", uses: ["MailSyntax", deque]),
        module("Transport", uses: ["TLSEngine", nioCore, nioPosix]),
        module("HTTPExchange", uses: ["Transport", nioCore, nioPosix, nioHTTP1]),
        module("SystemdBridge", uses: ["CSystemd"]),
        module("ProgramRunner", uses: ["CConfinement"]),

        // What makes it postern.
        module("RelaySettings", uses: ["CYAML", "MailSyntax"]),
        module("RelayEvents", uses: ["MailSyntax"]),
        module("RelayPolicy", uses: ["SieveEngine", "ProgramRunner", "RelaySettings", "MailSyntax"]),
        module(
            "RelayIntake",
            uses: [
                "SMTPProtocol", "Transport", "TLSEngine", "RelayPolicy", "MailSpool", "RelayEvents",
                "RelaySettings", "MailSyntax",
            ]),
        module(
            "RelayDelivery",
            uses: [
                "SMTPProtocol", "Transport", "TLSEngine", "MailSpool", "RelayEvents", "RelaySettings",
                "MailSyntax",
            ]),
        module(
            "RelaySubmission", uses: ["SMTPProtocol", "Transport", "RelaySettings", "MailSyntax"]),
        module("RelayImport", uses: ["MailSyntax"]),
        module("RelayControl", uses: ["HTTPExchange", "Transport", "RelaySettings"]),
        module(
            "RelayDemo",
            uses: ["SMTPProtocol", "Transport", "TLSEngine", "MailSyntax", "RelayEvents"]),
        .executableTarget(
            name: "postern",
            dependencies: [
                "RelayIntake", "RelayDelivery", "RelayControl", "RelayPolicy", "RelaySubmission",
                "RelayImport", "RelayDemo", "SieveTesting", "ProgramRunner",
                "SystemdBridge", "RelayEvents", "RelaySettings", "MailSpool", "MailSyntax", "Transport",
                "TLSEngine",
                "MailCrypto",
                arguments,
            ],
            swiftSettings: strict,
            // Nobody loads code into the program; the table of its symbols would be 1.3 MB of it. Relocations take
            // another 1.5 MB, unless they are packed as the toolchain's own linker and glibc 2.36 can.
            linkerSettings: [
                .unsafeFlags(
                    [
                        "-use-ld=lld", "-Xlinker", "--no-export-dynamic", "-Xlinker", "-z", "-Xlinker",
                        "pack-relative-relocs",
                    ], .when(configuration: .release))
            ]),

        // Tests mirror the targets.
        .target(
            name: "PosternTestSupport", dependencies: ["MailSyntax", "MailSpool"], path: "Tests/Support",
            swiftSettings: strict),
        tests("MailSyntax"),
        tests("SMTPProtocol", uses: ["MailSyntax"], files: ["Transcripts"]),
        tests("MailContent", uses: ["MailSyntax"]),
        tests("SieveEngine", uses: ["MailSyntax", "MailContent"]),
        tests("SieveTesting", files: ["Suites"]),
        tests("TLSEngine", uses: ["COpenSSL"]),
        tests("MailCrypto", uses: ["MailSyntax"]),
        tests("MailSpool", uses: ["MailSyntax"]),
        tests("Transport", uses: ["TLSEngine", nioCore, nioEmbedded]),
        tests("HTTPExchange", uses: ["Transport"]),
        tests("RelaySettings", uses: ["MailSyntax"]),
        tests("RelayEvents", uses: ["MailSyntax"]),
        tests("SystemdBridge", uses: ["RelayEvents", "MailSyntax"]),
        tests("ProgramRunner"),
        tests("RelayPolicy", uses: ["SieveEngine", "RelaySettings", "MailSyntax"]),
        tests(
            "RelayIntake",
            uses: [
                "SMTPProtocol", "Transport", "TLSEngine", "RelayPolicy", "MailSpool", "RelayEvents",
                "RelaySettings", "MailSyntax",
            ]),
        tests(
            "RelayDelivery",
            uses: [
                "MailSpool", "SMTPProtocol", "Transport", "TLSEngine", "RelaySettings", "RelayEvents",
                "MailSyntax",
            ]),
        tests("RelaySubmission", uses: ["RelaySettings", "MailSyntax"]),
        tests("RelayImport", uses: ["MailSyntax"]),
        tests("RelayControl", uses: ["HTTPExchange", "Transport"]),
        tests("postern", uses: ["RelayControl", "RelayDelivery", "MailSyntax", arguments]),
        .testTarget(
            name: "TidyTests", dependencies: ["RelaySettings", "RelayEvents"], swiftSettings: strict),
        .testTarget(name: "EndToEndTests", exclude: ["Peers"], swiftSettings: strict),
    ]
)
