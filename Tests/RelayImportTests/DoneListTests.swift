import Foundation
import PosternTestSupport
import Testing

@testable import RelayImport

@Suite struct DoneListTests {
    private let folder: TemporaryFolder
    private let store: any MailStore

    init() throws {
        folder = try TemporaryFolder()
        for name in ["a", "b", "c%\nd"] { try Data().write(to: URL(filePath: folder.path + "/" + name)) }
        store = try MailStores.open(folder.path)
    }

    @Test func `what was taken is known the next time, whatever its name`() throws {
        do {
            let done = try DoneList(store)
            #expect(!store.items.contains(where: done.contains))
            try done.add(store.items[0])
            try done.add(store.items[2])
        }
        #expect(try MailStores.open(folder.path).items == store.items)
        let done = try DoneList(store)
        #expect(store.items.map(done.contains) == [true, false, true])
    }

    @Test func `a line that a crash cut off counts as not there`() throws {
        do { try DoneList(store).add(store.items[0]) }
        let file = try FileHandle(forWritingTo: URL(filePath: store.donePath))
        try file.seekToEnd()
        try file.write(contentsOf: Data("b".utf8))
        do {
            let done = try DoneList(store)
            #expect(store.items.map(done.contains) == [true, false, false])
            try done.add(store.items[2])
        }
        #expect(store.items.map(try DoneList(store).contains) == [true, false, true])
    }

    @Test func `two imports of one store do not go together`() throws {
        let first = try DoneList(store)
        #expect(throws: ImportFailure.self) { try DoneList(store) }
        withExtendedLifetime(first) {}
    }
}
