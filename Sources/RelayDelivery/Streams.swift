import MailSpool
package import RelaySettings
import Synchronization

/// All streams: those of the settings send their mail, and mail of any other is held.
package final class Streams: Sendable {
    private struct Present {
        /// Under the settings in force.
        var services: DeliveryServices
        var posts: [String: StreamPost] = [:]
    }

    private let spool: Spool
    private let present: Mutex<Present>
    private let (opened, entrance) = AsyncStream.makeStream(of: StreamPost.self)

    /// The services are under the same settings.
    package init(_ settings: Settings, services: DeliveryServices) {
        spool = services.spool
        present = Mutex(Present(services: services))
        adopt(settings)
    }

    /// Delivers until `stop`; then what is under way may end within a bound.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for await post in opened { group.addTask { await post.run() } }
        }
    }

    /// No new transactions from now on.
    package func stop() {
        entrance.finish()
        for post in present.withLock({ Array($0.posts.values) }) { post.stop() }
    }

    /// Goes on under other settings: each stream under its own, one that is new with what waits for it, one that is
    /// gone by holding what it has.
    package func adopt(_ settings: Settings) {
        let withMail = Set(spool.counts().keys)
        present.withLock { present in
            present.services = present.services.under(settings)
            for stream in withMail.union(present.posts.keys).union(settings.streamNames) {
                assign(stream, settings.streams[stream], &present)
            }
        }
    }

    /// Has the mail held of streams that only now are known to have some, and that the settings have not.
    package func keepStrangers() {
        let withMail = spool.counts().keys
        present.withLock { present in
            for stream in withMail where present.posts[stream] == nil {
                let keeper = StreamKeeper(stream, services: present.services)
                appoint(.keeper(keeper), stream, &present)
            }
        }
    }

    /// Under the settings in force.
    var services: DeliveryServices { present.withLock { $0.services } }

    /// Gives mail up as an operator wants it.
    package var bouncer: Bouncer { Bouncer(services) }

    /// The streams whose dispatcher has not turned since this was asked before. For a watchdog.
    package var stalled: [String] { dispatchers.filter { !$0.value.hasTurned() }.keys.sorted() }

    /// The dispatchers of the streams that the settings have, by name.
    package var dispatchers: [String: Dispatcher] {
        present.withLock { $0.posts.compactMapValues { $0.holder.dispatcher } }
    }

    private func assign(_ stream: String, _ settings: StreamSettings?, _ present: inout Present) {
        let services = present.services
        switch (present.posts[stream]?.holder, settings) {
        case (.dispatcher(let dispatcher), let settings?): dispatcher.adopt(settings, services: services)
        case (.keeper, nil): break
        case (_, let settings?):
            appoint(.dispatcher(Dispatcher(settings, services: services)), stream, &present)
        case (_, nil): appoint(.keeper(StreamKeeper(stream, services: services)), stream, &present)
        }
    }

    private func appoint(_ holder: StreamPost.Holder, _ stream: String, _ present: inout Present) {
        if let post = present.posts[stream] { return post.pass(to: holder) }
        let post = StreamPost(held: holder)
        present.posts[stream] = post
        entrance.yield(post)
    }
}

extension StreamPost.Holder {
    fileprivate var dispatcher: Dispatcher? {
        if case .dispatcher(let dispatcher) = self { dispatcher } else { nil }
    }
}
