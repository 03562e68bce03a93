import Foundation
import Testing

extension EndToEnd {
    /// Programs that offices send with.
    @Suite struct Senders {
        private static let message =
            "From: app@office.test\nSubject: from a program\n\nOne line.\n.dot\n\nEnd.\n"

        @Test func `swaks, curl and Python's smtplib send, over TLS where they can`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let relay = try Relay(on: stage, Relay.oneStream(on: stage, to: host))
                let file = try stage.write("message", Self.message)
                let crlf = try stage.write("message-crlf", Self.message.replacing("\n", with: "\r\n"))
                let commands = [
                    // Its body is text with LF; a last line of its own is added.
                    [
                        "swaks", "--server", "127.0.0.1:\(relay.port)", "--tls", "--from", "app@office.test",
                        "--to", "swaks@x.test", "--data", "@\(file.path)",
                    ],
                    [
                        "curl", "--silent", "--show-error", "--url", "smtp://127.0.0.1:\(relay.port)",
                        "--ssl-reqd", "--insecure", "--mail-from", "app@office.test",
                        "--mail-rcpt", "curl@x.test", "--upload-file", crlf.path,
                    ],
                    ["/usr/bin/python3", "-c", Self.smtplib, "\(relay.port)", file.path],
                ]
                for command in commands {
                    let sent = try Program.run(command)
                    #expect(sent.status == 0, "\(command[0]): \(sent.output)")
                }
                let arrived = try host.await(commands.count)
                #expect(
                    Set(arrived.compactMap { $0.recipients?.first })
                        == ["swaks@x.test", "curl@x.test", "smtplib@x.test"])
                for message in arrived {
                    let bytes = String(decoding: try host.bytes(of: message), as: UTF8.self)
                    #expect(
                        bytes.contains(Self.message.replacing("\n", with: "\r\n")),
                        "\(message.recipients ?? [])")
                    #expect(bytes.contains("ESMTPS"))
                }
            }
        }

        private static let smtplib = """
            import smtplib, ssl, sys
            anybody = ssl._create_unverified_context()
            with smtplib.SMTP("127.0.0.1", int(sys.argv[1])) as relay:
                relay.starttls(context=anybody)
                relay.sendmail("app@office.test", ["smtplib@x.test"], open(sys.argv[2]).read())
            """
    }
}
