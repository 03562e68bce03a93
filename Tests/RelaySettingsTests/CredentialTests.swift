import RelaySettings
import Testing

struct CredentialTests {
    @Test(arguments: [
        ("s3cret\n", "s3cret"), ("s3cret", "s3cret"), ("s3cret\n\n", "s3cret\n"), (" s3cret \n", " s3cret "),
    ])
    func `a secret is the file's bytes less one final newline`(_ file: String, _ secret: String) throws {
        let machine = Machine().adding("/s", file)
        let source = SecretSource(paths: ["/s"])
        #expect(try source.read(machine.environment).bytes == Array(secret.utf8))
    }

    @Test func `the folder of secrets comes before what systemd passes`() throws {
        let text = credential("username: u, secret: both")
        let machine = Machine.usual.adding("/run/credentials/postern.service/both", "second")
        let later = try #require(parse(text, on: machine).settings?.credentials["c"])
        #expect(try later.readSecret(environment: machine.environment).bytes == Array("second".utf8))
        let both = machine.adding("/etc/postern/secrets/both", "first")
        #expect(try later.readSecret(environment: both.environment).bytes == Array("first".utf8))
    }

    @Test func `a secret that has gone is an error with its places`() {
        let source = SecretSource(paths: ["/a", "/b"])
        #expect(throws: SettingsError.missing("/a or /b")) { try source.read(Machine().environment) }
    }

    @Test func `nothing prints a secret`() {
        let secret = Secret(Array("hunter2".utf8))
        var dumped = ""
        dump(["a": secret], to: &dumped)
        #expect(!dumped.contains("104"))
        #expect("\(secret)" == "<redacted>")
        #expect(String(reflecting: secret) == "<redacted>")
        #expect("\([secret])" == "[<redacted>]")
    }

    @Test func `no finding shows what may be a secret`() {
        for value in [
            "hunter2", "/hunter2", "[hunter2]", "{hunter2: 1}", "&hunter2", "!hunter2 x", "*hunter2",
            "hunter2/x",
        ] {
            let told = findings(credential("username: u, secret: \(value)"))
            #expect(!told.isEmpty)
            #expect(!told.contains { $0.contains("hunter2") }, "\(told)")
        }
    }
}
