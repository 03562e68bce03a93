import NIOCore

/// A suspended caller: how it goes on, and until when it is patient. Resumed exactly once, on the loop.
struct Waiter<Value: Sendable> {
    /// Tells a late cancellation from the wait that follows.
    let number: UInt64
    let deadline: NIODeadline
    let continuation: UnsafeContinuation<Result<Value, TransportError>, Never>
}

extension Optional {
    /// Resumes the caller, if there is one, and forgets it.
    mutating func resume<Value>(_ result: Result<Value, TransportError>) where Wrapped == Waiter<Value> {
        guard let waiter = take() else { return }
        waiter.continuation.resume(returning: result)
    }

    /// The same if its patience has ended.
    mutating func expire<Value>(at now: NIODeadline) where Wrapped == Waiter<Value> {
        if let deadline = self?.deadline, deadline <= now { resume(.failure(.timedOut)) }
    }

    /// The same if it is the one with this number.
    mutating func cancel<Value>(_ number: UInt64) where Wrapped == Waiter<Value> {
        if self?.number == number { resume(.failure(.cancelled)) }
    }
}

extension NIODeadline {
    static func after(_ patience: Duration, from now: NIODeadline) -> NIODeadline {
        now + .nanoseconds(span(patience))
    }

    /// In nanoseconds; a century is as good as for ever.
    static func span(_ patience: Duration) -> Int64 {
        let (seconds, attoseconds) = patience.components
        return min(seconds, 3_000_000_000) * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
