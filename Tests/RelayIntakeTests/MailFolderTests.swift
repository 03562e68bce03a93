import MailSpool
import PosternTestSupport
import Testing

@testable import RelayIntake

struct MailFolderTests {
    @Test func `a Maildir is made where it is missing, and only in a folder that is there`() throws {
        let place = try TemporaryFolder()
        let synced = SyncedFolders()
        let folder = MailFolder(path: place.path + "/archive", synced: synced)
        #expect(folder.prepare() == nil && folder.prepare() == nil)
        #expect(try place.names() == ["archive"])
        #expect(synced.contains(folder.path))
        let lost = MailFolder(path: place.path + "/none/archive", synced: synced)
        #expect(lost.prepare() != nil)
        #expect(!synced.contains(lost.path))
    }
}
