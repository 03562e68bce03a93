import RelayEvents
import Testing

@Suite struct SentenceTests {
    @Test(arguments: Samples.sentences.indices)
    func `each event says its sentence`(index: Int) {
        let (event, sentence) = Samples.sentences[index]
        #expect(EventFields(event, toldAt: Samples.time).value(of: "MESSAGE") == sentence)
    }

    @Test func `the samples hold every kind`() {
        #expect(Set(Samples.sentences.map(\.0.kind)) == Set(EventKind.allCases))
    }
}
