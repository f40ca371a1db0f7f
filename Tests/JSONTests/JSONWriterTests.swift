import JSON
import TestSupport
import Testing

@Suite("Writing")
struct JSONWriterTests {
  @Test("A document byte by byte")
  func golden() {
    var writer = JSONWriter()
    writer.object { writer in
      writer.key("text")
      writer.string("é\"\\/\n\t\u{1}\u{1f}\u{7f}😀")
      writer.key("numbers")
      writer.array { writer in
        writer.integer(-7)
        writer.number(0.1)
        writer.number(Float(0.1))
        writer.number(1e300)
        writer.number(-0.0)
        writer.number(100.0)
      }
      writer.key("empty")
      writer.array { _ in }
      writer.key("nested")
      writer.object { writer in
        writer.key("a\"b")
        writer.null()
      }
      writer.key("raw")
      writer.raw("[1,2]")
      writer.key("flags")
      writer.array { writer in
        writer.bool(true)
        writer.bool(false)
        writer.object { _ in }
        writer.array { $0.array { _ in } }
      }
    }
    #expect(
      writer.text == #"{"text":"é\"\\/\n\u0009\u0001\u001f"# + "\u{7f}😀\","
        + #""numbers":[-7,0.1,0.1,1e+300,-0.0,100.0],"empty":[],"nested":{"a\"b":null},"raw":[1,2],"#
        + #""flags":[true,false,{},[[]]]}"#)
  }

  @Test("Lines follow each other without commas, and a writer starts over")
  func lines() {
    var writer = JSONWriter(capacity: 1)
    for index in 0..<3 {
      writer.array { $0.integer(index) }
      writer.newline()
    }
    #expect(writer.text == "[0]\n[1]\n[2]\n")
    writer.removeAll()
    writer.bool(true)
    #expect(writer.text == "true")
  }

  @Test("Every scalar below U+0100 is read back from a value and from a key")
  func scalars() throws {
    for code in UInt32(0)..<0x100 {
      let text = "a\(Unicode.Scalar(code)!)b"
      let document = Document.object([.init(key: text, value: .string(text))])
      #expect(try Document(parsing: document.json) == document, "U+\(code)")
      #expect(document.json.utf8.allSatisfy { $0 >= 0x20 }, "U+\(code) is not escaped")
    }
  }

  @Test("Characters of several scalars are escaped scalar by scalar", arguments: ["\r\n", "\"\u{301}", "\\\u{301}"])
  func clusters(_ text: String) throws {
    #expect(try Document(parsing: Document.string(text).json) == .string(text))
  }

  @Test(
    "Seeded documents come back, and a parsed document is written as it was", arguments: 1...200 as ClosedRange<UInt64>)
  func roundTrip(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let document = Document.random(depth: 6, using: &generator)
    let text = document.json
    #expect(try Document(parsing: text) == document)
    try JSONParser().parse(text.utf8) { value in
      var writer = JSONWriter()
      try writer.value(value)
      #expect(writer.text == text)
    }
  }

  @Test("Whole numbers beyond Int are written again as they were")
  func unsigned() throws {
    try JSONParser().parse("[18446744073709551615,9223372036854775808]".utf8) { value in
      var writer = JSONWriter()
      try writer.value(value)
      #expect(writer.text == "[18446744073709551615,9223372036854775808]")
    }
  }

  @Test("Infinity and NaN are the caller's error")
  func notFinite() async {
    await #expect(processExitsWith: .failure) {
      var writer = JSONWriter()
      writer.number(Double.infinity)
    }
    await #expect(processExitsWith: .failure) {
      var writer = JSONWriter()
      writer.number(Float.nan)
    }
  }
}
