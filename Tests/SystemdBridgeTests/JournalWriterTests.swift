import Foundation
import SystemdBridge
import Testing

@Suite struct JournalWriterTests {
    private let pipe = Pipe()
    private var descriptor: Int32 { pipe.fileHandleForWriting.fileDescriptor }

    private var stream: String {
        var facts = stat()
        fstat(descriptor, &facts)
        return "\(facts.st_dev):\(facts.st_ino)"
    }

    @Test func `the journal it is when standard error leads there`() {
        #expect(
            JournalWriter.isTheirs(journalStream: stream, descriptor: descriptor, socketPath: "/nonexistent"))
    }

    @Test(arguments: ["", "1:2", "8:", "x", nil])
    func `a JOURNAL_STREAM of somebody else's standard error does not count`(stream: String?) {
        #expect(
            !JournalWriter.isTheirs(journalStream: stream, descriptor: descriptor, socketPath: "/nonexistent")
        )
    }

    @Test func `the journal it is when one accepts and nobody watches`() {
        let journal = DatagramSocket()
        #expect(JournalWriter.isTheirs(journalStream: nil, descriptor: descriptor, socketPath: journal.path))
    }

    @Test func `a terminal gets the lines`() {
        let journal = DatagramSocket()
        let terminal = open("/dev/ptmx", O_RDWR)
        defer { close(terminal) }
        #expect(!JournalWriter.isTheirs(journalStream: nil, descriptor: terminal, socketPath: journal.path))
    }

    @Test func `a path too long for a socket is no journal`() {
        let path = "/" + String(repeating: "x", count: 200)
        #expect(!JournalWriter.isTheirs(journalStream: nil, descriptor: descriptor, socketPath: path))
    }
}
