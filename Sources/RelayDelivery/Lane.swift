/// One connection's worth of a stream: takes what is due, shows it to a smart host, takes the next.
struct Lane {
    private let dispatcher: Dispatcher
    private var pool: SmartHostPool

    init(_ dispatcher: Dispatcher) {
        self.dispatcher = dispatcher
        pool = SmartHostPool(dispatcher, dispatcher.plan)
    }

    /// Until the stream stops.
    mutating func run() async {
        while true {
            switch await dispatcher.order(under: pool.plan, holding: pool.held) {
            case .work(.attempt(let ticket)):
                dispatcher.conclude(ticket, await Attempt(ticket, dispatcher, pool).run())
            case .work(.deferral(let ticket, let trouble)):
                dispatcher.conclude(ticket, await Attempt(ticket, dispatcher, pool).deferBehind(trouble))
            case .rest: await pool.closeAll()
            case .change(let plan):
                await pool.closeAll()
                pool = SmartHostPool(dispatcher, plan)
            case .stop: return await pool.closeAll()
            }
        }
    }
}
