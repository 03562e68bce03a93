package import MailSyntax

/// Names the stream of the mail that meets every one of its conditions.
package struct Route: Hashable, Sendable {
    package struct HeaderCondition: Hashable, Sendable {
        package var name: String
        package var value: Glob

        package init(name: String, value: Glob) {
            self.name = name
            self.value = value
        }
    }

    /// The envelope's sender.
    package var sender: Glob?
    /// The header's From address.
    package var from: Glob?
    package var recipient: Glob?
    /// Header fields; they are taken off on the way out.
    package var headers: [HeaderCondition] = []
    package var client: Network?
    /// The name of a listener.
    package var listener: String?
    package var stream: String
    /// Where it stands in the configuration; 0: in none.
    package var line = 0

    package init(stream: String) { self.stream = stream }

    /// The same wherever it stands.
    var unplaced: Route {
        var route = self
        route.line = 0
        return route
    }
}
