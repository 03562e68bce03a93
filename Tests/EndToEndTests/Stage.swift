import Foundation
import Glibc

/// A test's place: a folder and the programs started in it. All of it goes when the test ends.
///
/// With POSTERN_KEEP in the environment the folder stays, so that logs and spools can be looked at.
final class Stage {
    /// The folder that goes.
    let folder: URL
    private var programs: [Program] = []

    private init() throws {
        let name = "postern-test-\(UUID().uuidString.prefix(8).lowercased())"
        folder = URL(filePath: "/tmp").appending(path: name, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// Runs a test in a place of its own.
    static func run<Output>(_ body: (Stage) throws -> Output) throws -> Output {
        let stage = try Stage()
        defer { stage.clear() }
        return try body(stage)
    }

    private func clear() {
        for program in programs.reversed() { program.end() }
        guard ProcessInfo.processInfo.environment["POSTERN_KEEP"] == nil else {
            print("kept: \(folder.path)")
            return
        }
        try? FileManager.default.removeItem(at: folder)  // a left-over folder fails no test
    }

    /// Starts a program that ends with the stage; what it prints goes to the file NAME.out, after what was there.
    func start(_ name: String, _ arguments: [String], environment: [String: String] = [:]) throws -> Program {
        let program = try Program(
            arguments, output: folder.appending(path: "\(name).out"), environment: environment)
        programs.append(program)
        return program
    }

    /// A file of the stage, with its parent folders.
    @discardableResult
    func write(_ path: String, _ text: String, mode: Int = 0o644) throws -> URL {
        let file = folder.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
        return file
    }

    /// A folder of the stage.
    func makeFolder(_ path: String) throws -> URL {
        let made = folder.appending(path: path, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: made, withIntermediateDirectories: true)
        return made
    }

    /// A self-signed certificate with its key, for a host name.
    func certificate(for name: String, in place: String = "tls") throws -> Certificate {
        let folder = try makeFolder(place)
        let made = Certificate(
            file: folder.appending(path: "certificate.pem").path, key: folder.appending(path: "key.pem").path)
        let arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-days", "2", "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)",
            "-keyout", made.key, "-out", made.file,
        ]
        let finished = try Program.run(arguments)
        guard finished.status == 0 else { throw StageError("openssl: \(finished.output)") }
        return made
    }
}

/// The files of a certificate and its key, in PEM.
struct Certificate {
    let file: String
    let key: String
}

/// A port of 127.0.0.1 that nobody listens on now.
func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bare in
            bind(descriptor, bare, length) == 0 ? getsockname(descriptor, bare, &length) : -1
        }
    }
    guard status == 0 else { throw StageError("no free port: \(String(cString: strerror(errno)))") }
    return Int(UInt16(bigEndian: address.sin_port))
}

/// The address 127.0.0.1 with a port.
func loopback(port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    return address
}
