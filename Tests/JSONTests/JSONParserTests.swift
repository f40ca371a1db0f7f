import JSON
import Testing

@Suite("Parsing")
struct JSONParserTests {
  @Test(
    "Documents",
    arguments: [
      ("null", .null),
      (" \t\r\n true ", .bool(true)),
      ("false", .bool(false)),
      ("\"\"", .string("")),
      ("[]", .array([])),
      ("{}", .object([])),
      ("[[],{}, 1 ]", .array([.array([]), .object([]), .integer(1)])),
      ("{\"a\":{\"b\":[null]}}", .object([.init(key: "a", value: .object([.init(key: "b", value: .array([.null]))]))])),
      ("{\"\":1}", .object([.init(key: "", value: .integer(1))])),
      (
        "{\"a\":1,\"b\":2,\"a\":3}",
        .object([
          .init(key: "a", value: .integer(1)), .init(key: "b", value: .integer(2)), .init(key: "a", value: .integer(3)),
        ])
      ),
      (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{c}\n\r\t")),
      (#""\u0041\u00e9\u2603\ud83d\ude00\u0000.""#, .string("Aé☃😀\u{0}.")),
      ("\"é☃😀\u{7f}\u{2028}\"", .string("é☃😀\u{7f}\u{2028}")),
    ] as [(String, Document)])
  func valid(_ text: String, _ expected: Document) throws {
    #expect(try Document(parsing: text) == expected)
  }

  @Test(
    "What is not JSON",
    arguments: [
      "", " ", "nul", "True", "{", "[", "\"", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
      "{'a':1}", "{1:1}", "]", "1 2", "{} {}", "[1]]", "// c\n1", "01", "+1", ".5", "1.", "1e", "1e+", "--1", "0x10",
      "NaN", "Infinity", "-", "1_000", "\"\u{1}\"", "\"a\nb\"", #""\x41""#, #""\u12""#, #""\ud800""#, #""\udc00""#,
      #""\ud800\u0041""#, #""\"#, "[1}", "{\"a\":1]", "\u{feff} 1", "1\u{0}",
    ])
  func invalid(_ text: String) throws {
    let error = try #require(throws: JSONError.self) { try Document(parsing: text) }
    #expect(error.path == "" && !error.reason.isEmpty)
  }

  @Test(
    "Invalid UTF-8",
    arguments: [
      [0x80], [0xC3], [0xC0, 0x80], [0xE2, 0x98], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0xFE],
    ] as [[UInt8]])
  func invalidUTF8(_ bytes: [UInt8]) {
    #expect(throws: JSONError.self) { try JSONParser().parse([0x22] + bytes + [0x22]) { _ in } }
    #expect(throws: JSONError.self) { try JSONParser().parse(Array("{\"".utf8) + bytes + Array("\":1}".utf8)) { _ in } }
  }

  @Test(
    "1,023 levels are read and written again; deeper is an error, not a crash",
    arguments: [("[", "]"), ("{\"a\":", "}")])
  func depth(_ open: String, _ close: String) throws {
    func nested(_ levels: Int) -> String {
      String(repeating: open, count: levels) + "1" + String(repeating: close, count: levels)
    }
    try JSONParser().parse(nested(1023).utf8) { value in
      var writer = JSONWriter()
      try writer.value(value)
      #expect(writer.text == nested(1023))
    }
    for levels in [1024, 1025, 100_000, 1_000_000] {
      #expect(throws: JSONError.self, "\(levels) levels") { try JSONParser().parse(nested(levels).utf8) { _ in } }
    }
    let unclosed = String(repeating: open, count: 100_000)
    #expect(throws: JSONError.self) { try JSONParser().parse(unclosed.utf8) { _ in } }
  }

  @Test("Every proper prefix of a document is an error, at any alignment, padded or not")
  func prefixes() throws {
    let document = #"{"a":[1,-2.5e3,"x\u00e9",{"b":null}],"c":"😀","d":true}"#
    let parser = JSONParser()
    for offset in 0..<9 {
      let bytes = [UInt8](repeating: UInt8(ascii: "\""), count: offset) + Array(document.utf8)
      let padded = bytes + [UInt8](repeating: UInt8(ascii: "]"), count: JSONParser.padding)
      for end in offset...bytes.count {
        for (buffer, isPadded) in [(bytes, false), (padded, true)] {
          let result = Result {
            try buffer.withUnsafeBytes {
              try parser.parse(UnsafeRawBufferPointer(rebasing: $0[offset..<end]), padded: isPadded, Document.init)
            }
          }
          if end == bytes.count {
            #expect(try result.get() == Document(parsing: document))
          } else {
            #expect(throws: JSONError.self, "\(end - offset) bytes") { try result.get() }
          }
        }
      }
    }
  }

  @Test("A parser is as good as new after an error, a large document and an error of the body")
  func reuse() throws {
    struct Stop: Error {}
    let parser = JSONParser()
    let large = "[" + String(repeating: "{\"key\":\"value\"},", count: 50_000) + "1]"
    for _ in 0..<3 {
      #expect(throws: JSONError.self) { try parser.parse("[1,".utf8) { _ in } }
      #expect(throws: Stop.self) { try parser.parse("[1]".utf8) { _ in throw Stop() } }
      var count = 0
      try parser.parse(large.utf8) { try $0.forEachElement { _ in count += 1 } }
      #expect(count == 50_001)
      #expect(try parser.parse("[2]".utf8) { try Document($0) } == .array([.integer(2)]))
    }
  }
}
