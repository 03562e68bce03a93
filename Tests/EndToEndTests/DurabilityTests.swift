import Foundation
import Testing

extension EndToEnd {
    /// What the kernel was asked for, and when.
    @Suite struct Durability {
        @Test func `the file and its folder are synced between the final dot and the 250`() throws {
            try Stage.run { stage in
                let host = try SmartHost(on: stage, "host")
                let trace = stage.folder.appending(path: "trace")
                let strace = [
                    "strace", "-D", "-f", "-y", "-s", "512", "-o", trace.path, "-e",
                    "trace=read,recvfrom,recvmsg,readv,write,sendto,sendmsg,writev,fsync,fdatasync",
                ]
                let relay = try Relay(on: stage, wrapper: strace, Relay.oneStream(on: stage, to: host))
                let id = try relay.submit(to: ["b@x.test"], "Subject: synced\r\n\r\nthe last line\r\n")
                try host.await(1)
                try relay.stop()
                try until("the record is whole") {
                    try String(contentsOf: trace, encoding: .utf8).contains("+++ exited")
                }

                let calls = try SystemCalls(of: trace)
                let dot = try #require(calls.first { $0.isInput && $0.text.contains(#"last line\r\n.\r\n"#) })
                let file = try #require(calls.first { $0.isSync && $0.path.hasSuffix(id) })
                let place = String(file.path.dropLast(id.count + 1))
                let folder = try #require(calls.first { $0.isSync && $0.path == place })
                let reply = try #require(calls.first { $0.isOutput && $0.text.contains("queued as \(id)") })
                #expect(dot.done < file.began, "the file is synced after the final dot")
                #expect(file.done < folder.began, "the folder is synced after the file that it names")
                #expect(folder.done < reply.began, "the folder is synced before the 250")
                print("strace: dot \(dot.done), file \(file.done), folder \(folder.done), 250 \(reply.began)")
            }
        }
    }
}
