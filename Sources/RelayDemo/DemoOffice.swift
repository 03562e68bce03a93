/// The files of the demo's relay: configuration, policy and secrets, as text.
enum DemoOffice {
    /// The streams and what each smart host lets in.
    static let streams = ["transactional", "marketing", "lifecycle"]
    static let password = "not-a-secret"
    /// How many transactions the smart host of reminders puts off.
    static func busyCount(of stream: String) -> Int { stream == "lifecycle" ? 1 : 0 }

    static let policy = """
        # What the demo's office wants of its mail.
        require ["reject", "vnd.postern.hold", "vnd.postern.stream"];

        if header :contains "subject" "[internal]" {
            reject "5.7.1 Internal papers stay in the house.";
            stop;
        }
        if header :contains "subject" "contract" {
            hold "a colleague reads contracts first";
        }
        if address :localpart "from" "calendar" {
            stream "lifecycle";
        }

        """

    /// The configuration of a relay in `folder` whose smart hosts listen on `ports`.
    static func configuration(folder: String, port: Int, ports: [String: Int]) -> String {
        """
        hostname: relay.office.example
        postmaster: postmaster@office.example
        listeners: {demo: {address: ["127.0.0.1:\(port)"], tls: off}}
        spool: {directory: \(folder)/spool, min_free: 1 MiB}
        state: {directory: \(folder)/state}
        control: {socket: \(folder)/control.sock, allow_own_user: true}
        policy: {scripts: [\(folder)/outbound.sieve]}
        credentials:
          office: {username: office, secret: \(folder)/secret}
        streams:
        \(streams.map { stream($0, port: ports[$0] ?? 0, folder: folder) }.joined(separator: "\n"))
        routes:
          - {sender: "*@news.office.example", stream: marketing}
        default_stream: transactional

        """
    }

    private static func stream(_ name: String, port: Int, folder: String) -> String {
        """
          \(name):
            smarthosts: ["localhost:\(port)"]
            ca_file: \(folder)/ca.pem
            credential: office
            return_path: "bounce+{token}@\(name).office.example"
            headers: {add: {X-Stream: \(name)}}
            retry: [2s]
        """
    }
}
