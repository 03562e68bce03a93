import MailContent

/// `detect [":minimum" <number>] [":parts" <types>] <detectors>`: so many different values of these kinds are in the
/// subject and in the text parts, or in parts of the given types.
struct DetectTest: Condition, Readable {
    static let name = "detect"
    static let capability: Capability? = .detect

    private let minimum: Int
    private let types: [ScriptString]?
    private let detectors: Set<Detector>
    private let patterns: [NamedPattern]

    init?(_ arguments: inout Arguments) {
        minimum = max(1, arguments.taggedNumber("minimum") ?? 1)
        types = arguments.taggedStrings("parts")
        arguments.compilation.facts.readsBody = true
        guard let names = arguments.constants("names of detectors") else { return nil }
        var detectors: Set<Detector> = []
        var patterns: [NamedPattern] = []
        let known = arguments.options.patterns
        for name in names {
            if let detector = Detector(rawValue: name.string) {
                detectors.insert(detector)
            } else if let pattern = known[name.string] {
                // One that is no regular expression is told where it is configured.
                patterns += NamedPattern(name.string, pattern).map { [$0] } ?? []
            } else {
                let all = Detector.allCases.map(\.rawValue) + known.keys.sorted()
                let hint = Suggestion.question(for: name.string, among: all)
                arguments.error("unknown detector \"\(name.string)\"\(hint)", at: name.place)
            }
        }
        self.detectors = detectors
        self.patterns = patterns
    }

    func holds(in run: inout SieveRun) throws(SieveFault) -> Bool {
        var scan = DetectorScan(detectors)
        var found = PatternScan(patterns, limit: minimum)
        for field in run.header.fields where field.key == "subject" {
            let text = try run.text(of: field)
            scan.take(text[...])
            scan.finish()
            try found.take(text, &run.work)
        }
        if var content = run.message.content {
            for text in try texts(in: &content, &run) {
                let text = try content.bytes(of: text, &run)
                try run.spend(text.count * WorkCost.detection)
                scan.take(text[...])
                scan.finish()
                try found.take(text, &run.work)
            }
            run.message.content = content
        }
        return scan.detections.count + found.values.count >= minimum
    }

    private func texts(
        in content: inout SieveContent, _ run: inout SieveRun
    ) throws(SieveFault) -> [BodyText] {
        guard let types else { return try content.readableTexts(&run) }
        let names = types.map { ASCII.lowercased(run.expanded($0)[...]) }
        return try content.texts(of: names, as: .text, &run)
    }
}
