import Foundation
import RelaySettings
import Testing

struct SettingsEnvironmentTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "settings-\(UUID())")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let path = folder.appending(path: name).path
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }

    @Test func `a file is read whole and up to its limit`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let bytes = (0..<40_000).map { UInt8(truncatingIfNeeded: $0) }
        let path = try write("file", bytes)
        let environment = SettingsEnvironment.system
        #expect(try environment.read(path, 40_000) == bytes)
        #expect(throws: SettingsError.tooLarge(path: path, limit: 39_999)) {
            try environment.read(path, 39_999)
        }
    }

    @Test func `what cannot be read says why`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let environment = SettingsEnvironment.system
        let missing = folder.appending(path: "missing").path
        #expect(throws: SettingsError.missing(missing)) { try environment.read(missing, 10) }
        let reason = SettingsError.unreadable(path: folder.path, reason: "Is a directory")
        #expect(throws: reason) { try environment.read(folder.path, 10) }
        #expect(environment.status(missing) == nil)
        #expect(environment.status(folder.path)?.isFolder == true)
    }

    @Test func `a file's mode is its permission bits`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = try write("file", [1])
        try FileManager.default.setAttributes([.posixPermissions: 0o604], ofItemAtPath: path)
        #expect(SettingsEnvironment.system.status(path) == .init(mode: 0o604))
    }

    @Test func `a configuration is loaded from its path`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = try write("postern.yaml", Array(minimal(top: "x: 1").utf8))
        #expect(
            SettingsFile.load(path: path).findings.map(\.description) == [
                "\(path):7:1: error: unknown key \"x\""
            ])
        let good = try write("good.yaml", Array(minimal().utf8))
        #expect(SettingsFile.load(path: good).settings != nil)
        #expect(
            SettingsFile.load(path: "/no/postern.yaml").findings.map(\.description) == [
                "/no/postern.yaml:1:1: error: no such file"
            ])
    }
}
