import Foundation
import PosternTestSupport
import Testing

@testable import MailSpool

/// What the spool relies on, asked of the real file system and of the simulated one alike.
@Suite struct PosixDiskTests {
    private func onBoth(_ body: (any Disk, String) throws -> Void) throws {
        let folder = try TemporaryFolder()
        try body(PosixDisk(), folder.path)
        let simulated = SimulatedDisk()
        try simulated.makeFolder("/home")
        try body(simulated, "/home")
    }

    private func look(_ path: String, _ disk: any Disk) throws {
        let file = try disk.open(path, forWriting: false)
        defer { disk.close(file) }
        _ = try disk.byteCount(of: file)
    }

    private func reason(_ body: () throws -> Void) -> DiskError.Reason? {
        do { try body() } catch { return (error as? DiskError)?.reason }
        return nil
    }

    @Test func `a file is written in places, read in places, cut and removed`() throws {
        try onBoth { disk, path in
            let file = try disk.create(path + "/a")
            try disk.writeAll(Array("hello world".utf8), to: file, at: 0)
            try disk.writeAll(Array("WORLD!".utf8), to: file, at: 6)
            try disk.sync(file)
            try disk.syncFolder(path)
            #expect(try disk.byteCount(of: file) == 12)
            #expect(try disk.read(6..<100, of: file) == Array("WORLD!".utf8))
            try disk.truncate(file, to: 5)
            #expect(try disk.read(0..<100, of: file) == Array("hello".utf8))
            disk.close(file)
            #expect(try disk.list(path) == [DiskItem(name: "a", kind: .file)])
            try disk.remove(path + "/a")
            #expect(try disk.list(path).isEmpty)
        }
    }

    @Test func `names that are taken, missing or in use are told apart`() throws {
        try onBoth { disk, path in
            disk.close(try disk.create(path + "/a"))
            disk.close(try disk.create(path + "/b"))
            try disk.makeFolder(path + "/folder")
            disk.close(try disk.create(path + "/folder/c"))
            #expect(reason { _ = try disk.create(path + "/a") } == .exists)
            #expect(reason { try disk.makeFolder(path + "/folder") } == .exists)
            #expect(reason { try disk.rename(path + "/a", to: path + "/b") } == .exists)
            #expect(reason { try disk.removeFolder(path + "/folder") } == .notEmpty)
            #expect(reason { try disk.remove(path + "/none") } == .missing)
            #expect(reason { _ = try disk.open(path + "/none", forWriting: true) } == .missing)
            #expect(reason { try look(path + "/folder", disk) } == .notAFile)
            try disk.rename(path + "/a", to: path + "/folder/a")
            #expect(try Set(disk.list(path + "/folder").map(\.name)) == ["a", "c"])
        }
    }

    @Test func `a lock keeps the second out, names the first, and ends with it`() throws {
        try onBoth { disk, path in
            let lock = try disk.lock(path + "/lock")
            guard case .locked(let holder) = reason({ _ = try disk.lock(path + "/lock") }) else {
                Issue.record("locked twice")
                return
            }
            #expect(!(disk is PosixDisk) || holder == "process \(ProcessInfo.processInfo.processIdentifier)")
            disk.close(lock)
            disk.close(try disk.lock(path + "/lock"))
        }
    }

    @Test func `links and pipes are not opened`() throws {
        let folder = try TemporaryFolder()
        symlink("/etc/passwd", folder.path + "/link")
        mkfifo(folder.path + "/pipe", 0o600)
        let disk = PosixDisk()
        for name in ["link", "pipe"] {
            #expect(reason { try look(folder.path + "/" + name, disk) } == .notAFile)
        }
        #expect(try disk.list(folder.path).allSatisfy { $0.kind == .other })
        #expect(try disk.room(at: folder.path).freeByteCount > 0)
    }
}
