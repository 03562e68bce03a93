import SieveEngine

/// The words that a test file has beside the language's own.
enum BenchVocabulary {
    static func words(on bench: Bench) -> Vocabulary {
        var words = Vocabulary()
        words.constants["tst.path"] = bench.folder
        words.add(FailCommand.self) { FailCommand(&$0) }
        words.add(SetCommand.self) { SetCommand(&$0, bench) }
        words.add(ScriptCompileTest.self) { ScriptCompileTest(&$0, bench) }
        words.add(ScriptRunTest.self) { ScriptRunTest(&$0, bench) }
        words.add(MultiscriptTest.self) { MultiscriptTest(&$0, bench) }
        words.add(ErrorTest.self) { ErrorTest(&$0, bench) }
        words.add(ResultActionTest.self) { ResultActionTest(&$0) }
        words.add(ResultExecuteTest.self) { _ in ResultExecuteTest(bench: bench) }
        words.add(ResultResetCommand.self) { _ in ResultResetCommand(bench: bench) }
        words.add(ResultPrintCommand.self) { _ in ResultPrintCommand() }
        words.add(MessageTest.self) { MessageTest(&$0, bench) }
        words.add(MessageCommand.self) { MessageCommand(&$0, bench) }
        words.add(MessagePrintCommand.self) { _ in MessagePrintCommand() }
        words.add(MailboxCreateCommand.self) { MailboxCreateCommand(&$0) }
        words.add(ConfigSetCommand.self) { ConfigSetCommand(&$0, bench) }
        words.add(ConfigUnsetCommand.self) { ConfigUnsetCommand(&$0, bench) }
        words.add(ConfigReloadCommand.self) { ConfigReloadCommand(&$0, bench) }
        words.add(BinarySaveCommand.self) { BinarySaveCommand(&$0) }
        words.add(BinaryLoadCommand.self) { BinaryLoadCommand(&$0) }
        words.add(ProgramCommand.self) { ProgramCommand(&$0, bench) }
        words.add(ListCommand.self) { ListCommand(&$0, bench) }
        return words
    }
}

/// A word of test files needs no other require.
protocol BenchWord {}

extension BenchWord {
    static var capability: Capability? { .testsuite }
}
