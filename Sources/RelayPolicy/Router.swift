import MailSyntax
import RelaySettings

/// The `routes` of the configuration: the first whose conditions all hold names the stream.
struct Router: Sendable {
    private let routes: [Route]
    private let defaultStream: String?

    init(_ settings: Settings) {
        routes = settings.routes
        defaultStream = settings.defaultStream
    }

    /// Some route looks at the header.
    var readsHeader: Bool { routes.contains(where: \.readsHeader) }

    /// What is left to ask once a message is known: `header` is read only by routes that look at it.
    func routes(
        for envelope: Envelope, origin: Origin, header: MessageHeader?, observer: PolicyObserver? = nil
    ) -> RecipientRoutes {
        let client = IPAddress(origin.client)
        let open = routes.enumerated().filter { _, route in
            route.fits(envelope.sender, origin, client)
                && route.from.map { header?.isFrom($0) ?? false } ?? true
                && route.headers.allSatisfy { header?.has($0) ?? false }
        }
        return RecipientRoutes(
            routes: open.map { (number: $0.offset + 1, route: $0.element) }, defaultStream: defaultStream,
            observer: observer)
    }
}

extension Router {
    /// The stream of a recipient's copy where the header has no say.
    func foreseenStream(of recipient: Address, sender: Address?, origin: Origin) -> String? {
        let client = IPAddress(origin.client)
        let first = routes.first { route in
            route.fits(sender, origin, client)
                && route.recipient.map { $0.matches(recipient.description) } ?? true
        }
        guard let first else { return defaultStream }
        return first.readsHeader ? nil : first.stream
    }
}

extension Route {
    fileprivate var readsHeader: Bool { from != nil || !headers.isEmpty }

    /// Its conditions on the envelope but for the recipient.
    fileprivate func fits(_ sender: Address?, _ origin: Origin, _ client: IPAddress?) -> Bool {
        self.sender.map { $0.matches(sender?.description ?? "") } ?? true
            && listener.map { $0 == origin.listener } ?? true
            && self.client.map { network in client.map(network.contains) ?? false } ?? true
    }
}

/// The routes that a message meets but for its recipient.
struct RecipientRoutes {
    fileprivate let routes: [(number: Int, route: Route)]
    fileprivate let defaultStream: String?
    fileprivate let observer: PolicyObserver?

    /// The stream of a recipient's copy; nil: no route fits and there is no default.
    func stream(for recipient: Address) -> String? {
        let address = recipient.description
        let fitting = routes.first { $0.route.recipient.map { $0.matches(address) } ?? true }
        let stream = fitting?.route.stream ?? defaultStream
        observer?(
            .route(
                recipient, RouteChoice(stream: stream, route: fitting?.number, line: fitting?.route.line)))
        return stream
    }
}

/// The questions that routes ask of a header.
struct MessageHeader {
    let block: HeaderBlock
    let head: [UInt8]

    /// An address of the From field fits.
    func isFrom(_ pattern: Glob) -> Bool {
        block.fields(named: "From").contains { field in
            MailboxList.addresses(in: head[field.valueRange]).contains { pattern.matches($0.description) }
        }
    }

    /// A field of this name has a value that fits.
    func has(_ condition: Route.HeaderCondition) -> Bool {
        block.fields(named: condition.name).contains {
            condition.value.matches(HeaderBlock.unfold(head[$0.valueRange]))
        }
    }
}
