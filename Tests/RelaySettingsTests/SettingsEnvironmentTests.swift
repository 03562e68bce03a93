import Foundation
import PosternTestSupport
import RelaySettings
import Testing

struct SettingsEnvironmentTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `a file is read whole and up to its limit`() throws {
        let bytes = (0..<40_000).map { UInt8(truncatingIfNeeded: $0) }
        let path = try folder.write("file", bytes)
        let environment = SettingsEnvironment.system
        #expect(try environment.read(path, 40_000) == bytes)
        #expect(throws: SettingsError.tooLarge(path: path, limit: 39_999)) {
            try environment.read(path, 39_999)
        }
    }

    @Test func `what cannot be read says why`() throws {
        let environment = SettingsEnvironment.system
        let missing = folder.path + "/missing"
        #expect(throws: SettingsError.missing(missing)) { try environment.read(missing, 10) }
        let reason = SettingsError.unreadable(path: folder.path, reason: "Is a directory")
        #expect(throws: reason) { try environment.read(folder.path, 10) }
        #expect(environment.status(missing) == nil)
        #expect(environment.status(folder.path)?.isFolder == true)
    }

    @Test func `a file's mode is its permission bits`() throws {
        let path = try folder.write("file", [1])
        try FileManager.default.setAttributes([.posixPermissions: 0o604], ofItemAtPath: path)
        let status = try #require(SettingsEnvironment.system.status(path))
        #expect(status == .init(mode: 0o604, ownerID: getuid(), groupID: status.groupID))
    }

    @Test func `a configuration is loaded from its path`() throws {
        let path = try folder.write("postern.yaml", Array(minimal(top: "x: 1").utf8))
        #expect(
            SettingsFile.load(path: path).findings.map(\.description) == [
                "\(path):7:1: error: unknown key \"x\""
            ])
        let good = try folder.write("good.yaml", Array(minimal().utf8))
        #expect(SettingsFile.load(path: good).settings != nil)
        #expect(
            SettingsFile.load(path: "/no/postern.yaml").findings.map(\.description) == [
                "/no/postern.yaml:1:1: error: no such file"
            ])
    }
}
