import Testing

/// All end-to-end tests, one after the other: each starts servers and loads the machine.
@Suite(.serialized) enum EndToEnd {}
