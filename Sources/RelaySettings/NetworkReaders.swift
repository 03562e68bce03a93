extension Reader where Value == Network {
    static var network: Reader {
        .scalar("a network such as 10.1.0.0/16 or \"fd00::/8\" (zeros behind the prefix)") { Network($0) }
    }

    /// Whose mail is relayed without further proof.
    static var relayNetwork: Reader {
        network.checked { network, item, reading in
            guard network.isPublicRange else { return }
            reading.error(
                item, "\(item.node.shown) is a public range: anybody in it could send through this relay")
        }
    }
}

extension Reader where Value == ListenAddress {
    static var listenAddress: Reader {
        Reader { item, reading in
            guard let text = item.node.text else {
                reading.mismatch(item, expected: expectedListenAddress)
                return nil
            }
            if text.hasPrefix("systemd:") { return passedSocket(item, text.dropFirst(8), &reading) }
            guard let end = Endpoint(text), let port = end.port, IPAddress(end.host) != nil else {
                reading.mismatch(item, expected: expectedListenAddress)
                return nil
            }
            let address = ListenAddress(host: end.host, port: port)
            if port != 0 { reading.claim(address, item) }
            return address
        }
    }

    /// `systemd:NAME`; what systemd allows for FileDescriptorName= and is no trouble to write.
    private static func passedSocket(
        _ item: Item, _ name: Substring, _ reading: inout Reading
    ) -> ListenAddress? {
        guard isName(String(name)) else {
            reading.mismatch(item, expected: "systemd: and the socket's FileDescriptorName=")
            return nil
        }
        let address = ListenAddress(socketName: String(name))
        reading.claim(address, item)
        return address
    }
}

private let expectedListenAddress =
    "an IP address and port such as \"127.0.0.1:25\" or \"[::1]:25\", or systemd:NAME"

/// A host, and a port where one is written: `smtp.office.example:587`, `[::1]:25`, `10.1.2.3`.
struct Endpoint {
    var host: String
    var port: Int?

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    init?(_ text: String) {
        var rest = text[...]
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = String(text[..<end].dropFirst())
            guard host.contains(":"), IPAddress(host) != nil else { return nil }
            rest = text[end...].dropFirst()
        } else {
            host = String(text.prefix { $0 != ":" })
            guard HostName.isValid(host) || IPAddress(host) != nil else { return nil }
            rest = text.dropFirst(host.count)
        }
        guard !rest.isEmpty else { return }
        guard rest.hasPrefix(":"), let number = Decimal.read(rest.dropFirst()), number <= 65_535 else {
            return nil
        }
        port = number
    }

    /// Whether what is sent there stays on this machine.
    static func isLoopback(_ host: String) -> Bool {
        host.lowercased() == "localhost" || IPAddress(host)?.isLoopback == true
    }
}
