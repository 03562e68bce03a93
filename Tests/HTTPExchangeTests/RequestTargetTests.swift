import Testing

@testable import HTTPExchange

@Suite struct RequestTargetTests {
    @Test(arguments: [
        ("/", "/", [:]), ("/a%20b/c", "/a b/c", [:]), ("/q?a=1&b=2&a=3", "/q", ["a": "1", "b": "2"]),
        ("/q?x=a+b%2B%C3%A9&empty=&bare", "/q", ["x": "a b+é", "empty": "", "bare": ""]),
        ("/a+b", "/a+b", [:]),
        ("/q?", "/q", [:]), ("/q?a=b=c?d", "/q", ["a": "b=c?d"]),
    ])
    func `targets are taken apart`(text: String, path: String, query: [String: String]) throws {
        let target = try #require(RequestTarget(text))
        #expect(target.path == path && target.query == query)
        #expect(RequestTarget(target.text) == target)
    }

    @Test(arguments: ["", "a", "*", "http://x/", "/%", "/%4", "/%zz", "/%ff", "/?a=%c3", "/?%=1"])
    func `broken targets are none`(text: String) { #expect(RequestTarget(text) == nil) }
}
