import RelaySettings
import Testing

struct SettingsPlacesTests {
    private func place(_ names: String..., in text: String = minimal(smartHosts: "[mx.test:587, my.test]"))
        -> String
    {
        let machine = Machine.usual.adding("/postern.yaml", text)
        let finding = SettingsPlaces(path: "/postern.yaml", environment: machine.environment)
            .finding(.warning, "x", at: names)
        return finding.description
    }

    @Test func `a value is found by the names that lead to it`() {
        #expect(place("hostname") == "/postern.yaml:1:11: warning: x")
        #expect(place("streams", "s", "smarthosts", "1") == "/postern.yaml:5:31: warning: x")
    }

    @Test func `what is not there stands at what leads to it`() {
        #expect(place("spool", "min_free").hasPrefix("/postern.yaml:1:1:"))
        #expect(place("streams", "s", "smarthosts", "2").hasPrefix("/postern.yaml:5:17:"))
        #expect(place("hostname", "deeper").hasPrefix("/postern.yaml:1:11:"))
        #expect(place("hostname", in: "a: [").hasPrefix("/postern.yaml:1:1:"))
    }
}
