import RelaySettings
import Testing

struct FileUserTests {
    private typealias Status = SettingsEnvironment.Status

    private let postern = FileUser(name: "postern", userID: 990, groupIDs: [985])

    /// What a machine shows of `/etc/key` when its folders are open.
    private func obstacle(_ file: Status, folder: Status = Status(isFolder: true, mode: 0o755)) -> String? {
        postern.obstacle(to: "/etc/tls/key") { path in
            switch path {
            case "/etc/tls/key": file
            case "/etc/tls": folder
            default: Status(isFolder: true, mode: 0o755)
            }
        }
    }

    @Test func `owner, group and others decide, the first that fits`() {
        #expect(obstacle(Status(mode: 0o640, groupID: 985)) == nil)
        #expect(obstacle(Status(mode: 0o604)) == nil)
        #expect(obstacle(Status(mode: 0o400, ownerID: 990)) == nil)
        #expect(obstacle(Status(mode: 0o044, ownerID: 990)) != nil)
        #expect(obstacle(Status(mode: 0o604, groupID: 985)) != nil)
        #expect(
            obstacle(Status(mode: 0o640))
                == "the daemon's user postern may not read /etc/tls/key (owner 0, group 0, mode 0640); "
                + "chgrp postern /etc/tls/key && chmod g+r /etc/tls/key")
    }

    @Test func `a folder on the way that is closed is named`() {
        let closed = Status(isFolder: true, mode: 0o700)
        #expect(
            obstacle(Status(mode: 0o644), folder: closed)
                == "the daemon's user postern may not enter /etc/tls (owner 0, group 0, mode 0700); "
                + "chgrp postern /etc/tls && chmod g+x /etc/tls")
        #expect(obstacle(Status(mode: 0o644), folder: Status(isFolder: true, mode: 0o711)) == nil)
    }

    @Test func `root reads everything, and a file that is missing is told elsewhere`() {
        let root = FileUser(name: "root", userID: 0, groupIDs: [0])
        #expect(root.obstacle(to: "/key") { _ in Status(mode: 0) } == nil)
        #expect(postern.obstacle(to: "/key") { _ in nil } == nil)
    }

    @Test func `a secret and a key that the daemon could not read are errors in their place`() {
        var machine = Machine.usual.adding("/etc/postern/secrets/ses", "t0ken", mode: 0o600)
        let text = credential("username: u, secret: ses")
        #expect(findings(text, on: machine) == [])
        machine.reader = postern
        let found = findings(text, on: machine)
        #expect(found.count == 1)
        #expect(
            found.first?.hasPrefix(
                "9:28: error: credentials.c.secret: the daemon's user postern may not read /etc/postern/secrets/ses "
            ) == true, "\(found)")
        let key = listener(
            "certificate: /etc/postern/tls/relay.crt\n    key: /etc/postern/tls/relay.key", tls: "offered")
        let told = findings(key, on: machine)
        #expect(
            told.count == 2 && told.allSatisfy { $0.contains("chmod g+r /etc/postern/tls/relay.") }, "\(told)"
        )
    }

    @Test func `what systemd hands the daemon as a credential is the daemon's to read`() {
        var machine = Machine.usual.adding("/run/credentials/postern.service/given", "t0ken", mode: 0o440)
        machine.reader = postern
        #expect(findings(credential("username: u, secret: given"), on: machine) == [])
    }

    @Test func `the configuration itself must be readable for the daemon too`() {
        var machine = Machine.usual.adding("/etc/postern/postern.yaml", minimal(), mode: 0o600)
        machine.reader = postern
        let outcome = SettingsFile.load(path: "/etc/postern/postern.yaml", environment: machine.environment)
        #expect(outcome.findings.count == 1)
        #expect(
            outcome.findings.first?.description.contains("may not read /etc/postern/postern.yaml") == true)
    }

    @Test func `the system's users are found by name`() throws {
        let root = try #require(FileUser.named("root"))
        #expect(root.userID == 0 && root.groupIDs.contains(0))
        #expect(FileUser.named("no-such-user-here") == nil)
    }
}
