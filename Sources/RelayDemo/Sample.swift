import MailSyntax

/// A message that the demo sends, and how it must end.
struct Sample: Sendable {
    /// What the story is called on the screen.
    let title: String
    let sender: Address
    let recipient: Address
    let subject: String
    let text: String
    let ending: Ending
    /// The stream that it leaves by; nil: it does not come so far.
    let stream: String?

    /// The events of a sample's story that tell a reader how it went.
    enum Ending: String, Sendable, CustomStringConvertible {
        case delivered
        case deliveredLater = "put off once, then delivered"
        case refused
        case held

        var description: String { rawValue }

        /// The events that must be told.
        var events: [String] {
            switch self {
            case .delivered: ["accepted", "delivered"]
            case .deliveredLater: ["accepted", "deferred", "delivered"]
            case .refused: ["refused"]
            case .held: ["accepted", "held"]
            }
        }
    }

    /// The Message-ID, by which the sample's events are known.
    var messageID: String {
        "<\(title.lowercased().split(separator: " ").joined(separator: "-"))@office.example>"
    }

    /// Whether the story is complete and as it should be: the right events, through the right stream.
    func hasEnded(_ chapters: [DemoStory.Chapter]) -> Bool {
        // Two tasks tell of a message, so a fast smart host's answer may be told before our own.
        chapters.map(\.event).sorted() == ending.events.sorted() && chapters.last?.stream == stream
    }

    /// The message as it goes on the wire, before dot-stuffing.
    func bytes(date: String) -> [UInt8] {
        let lines = [
            "From: \(sender)", "To: \(recipient)", "Subject: \(subject)", "Date: \(date)",
            "Message-ID: \(messageID)", "", text, "",
        ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }
}

extension Sample {
    /// An office's morning.
    static let all: [Sample] = [
        Sample(
            title: "An invoice", sender: .office("billing"), recipient: .customer("anna"),
            subject: "Invoice 2026-1187", text: "Dear Anna, your invoice is attached. Or would be.",
            ending: .delivered, stream: "transactional"),
        Sample(
            title: "A newsletter", sender: Address(localPart: "news", domain: "news.office.example"),
            recipient: .customer("bob"), subject: "What is new in November",
            text: "Dear reader, this leaves by another smart host.", ending: .delivered, stream: "marketing"),
        Sample(
            title: "An internal paper", sender: .office("carol"), recipient: .customer("dave"),
            subject: "[internal] salaries", text: "This must not leave the house.", ending: .refused,
            stream: nil),
        Sample(
            title: "A contract", sender: .office("erin"), recipient: .customer("frank"),
            subject: "Contract for signature", text: "A colleague looks at contracts first.", ending: .held,
            stream: "transactional"),
        Sample(
            title: "A reminder", sender: .office("calendar"), recipient: .customer("grace"),
            subject: "Tomorrow at nine", text: "The smart host of reminders is busy when this first arrives.",
            ending: .deliveredLater, stream: "lifecycle"),
    ]
}

extension Address {
    fileprivate static func office(_ name: String) -> Address {
        Address(localPart: name, domain: "office.example")
    }
    fileprivate static func customer(_ name: String) -> Address {
        Address(localPart: name, domain: "customer.example")
    }
}
