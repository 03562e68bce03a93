import MailSyntax
import RelayControl
import RelayDelivery
import RelayEvents
import TLSEngine

/// What a probe found at a smart host, for a person or a program.
struct ProbeReport {
    private let finding: ProbeFinding
    private let stream: String

    init(_ finding: ProbeFinding, stream: String) {
        self.finding = finding
        self.stream = stream
    }

    func lines(_ paint: Paint, now: Timestamp) -> [String] {
        var lines = [paint.title(Table.clean(finding.smartHost, width: 80))]
        func add(_ name: String, _ value: String?) {
            guard let value else { return }
            let wrapped = Table.wrapped(value, width: 80, indent: Self.indent)
            let label = "  " + name + String(repeating: " ", count: Self.indent - 2 - name.count)
            lines.append(label + wrapped[0].dropFirst(Self.indent))
            lines += wrapped.dropFirst()
        }
        add("address", finding.address)
        if let tls = finding.tls {
            add("TLS", "\(tls), certificate \(tls.verified ? "verified" : "NOT verified")")
            add("certificate", tls.peerSubject)
            add("issuer", tls.peerIssuer)
            add("valid until", tls.validUntil.map { "\(Figures.moment($0.rfc3339)) (\(Self.left($0, now)))" })
        } else if finding.address != nil, finding.failure?.step != "tls" {
            add("TLS", "none")
        }
        add("EHLO", finding.keywords.isEmpty ? nil : finding.keywords.joined(separator: ", "))
        if let reply = finding.loginReply {
            add("AUTH", "\(finding.credential ?? "?"): \(reply)")
        } else if finding.credential == nil, finding.failure == nil {
            add("AUTH", "no credential is configured")
        }
        add("message", finding.messageReply)
        if let failure = finding.failure {
            // What the reply says stands above already where there is one of AUTH or a message.
            let reply =
                [finding.loginReply, finding.messageReply].contains(failure.reply) ? nil : failure.reply
            let place = lines.count
            add("FAILED", "\(failure.step): \(failure.reason)" + (reply.map { ": \($0)" } ?? ""))
            for index in place..<lines.count { lines[index] = paint.alarm(lines[index]) }
        } else {
            add("ok", "mail can be sent by it")
        }
        return lines
    }

    /// One JSON object and a line feed.
    var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("stream", stream)
            json.member("smarthost", finding.smartHost)
            json.member("ok", finding.failure == nil)
            json.member("address", finding.address)
            json.member("tls_version", finding.tls?.protocolName)
            json.member("tls_cipher", finding.tls?.cipher)
            json.member("tls_verified", finding.tls?.verified ?? false)
            json.member("certificate_subject", finding.tls?.peerSubject)
            json.member("certificate_issuer", finding.tls?.peerIssuer)
            json.member("certificate_valid_until", finding.tls?.validUntil?.rfc3339)
            json.member("ehlo", finding.keywords)
            json.member("credential", finding.credential)
            json.member("auth_reply", finding.loginReply)
            json.member("message_reply", finding.messageReply)
            json.member("failed_at", finding.failure?.step)
            json.member("reason", finding.failure?.reason)
            json.member("reply", finding.failure?.reply)
        }
        json.endLine()
        return json.bytes
    }

    private static let indent = 16

    private static func left(_ end: Timestamp, _ now: Timestamp) -> String {
        end < now ? "expired" : "in \((end - now).briefly)"
    }
}

extension TLSFacts {
    /// When the certificate of the other side ends.
    var validUntil: Timestamp? {
        peerValidUntil.map { Timestamp(millisecondsSince1970: $0 * 1000) }
    }
}
