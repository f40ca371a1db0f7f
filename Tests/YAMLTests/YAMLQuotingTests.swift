import Testing
import YAML

@Suite("Texts as YAML scalars")
struct YAMLQuotingTests {
  private func roundTrip(_ text: String) throws -> String {
    let quoted = yamlQuoted(text)
    // In a block and in a flow, as the writers of files use it.
    let root = try YAMLValue(text: "block: \(quoted)\nflow: {value: \(quoted), list: [\(quoted)]}\n", file: "f.yml")
    let flow = try root.required("flow")
    let texts =
      try [root.required("block").string(), flow.required("value").string()] + flow.required("list").strings()
    #expect(texts == [text, text, text])
    return texts[0]
  }

  @Test(
    "Texts that YAML would take for something else",
    arguments: [
      "", "null", "~", "no", "1.0", "0x10", " a ", "a: b", "# a", "[a]", "{a}", "- a", "&a", "*a", "!a", "%a", "a\"b",
      "a\\b", "\\", "\"", "'", "a\nb", "\n", "a\tb", "a\rb", "a\r\nb", "\"\u{301}", "\\\u{301}", "é☃😀", "\u{7f}",
      "\u{85}",
      "\u{2028}", "x\u{feff}", "\u{0}", "\u{1}\u{1f}", "\u{ffff}", "line\\nline", "\\\"",
    ])
  func texts(_ text: String) throws {
    #expect(Array(try roundTrip(text).unicodeScalars) == Array(text.unicodeScalars))
  }

  @Test("Every scalar below U+0300 and one of every 257 above comes back")
  func scalars() throws {
    let codes = Array(UInt32(0)..<0x300) + stride(from: 0x300, to: 0x11_0000, by: 257)
    for scalar in codes.compactMap(Unicode.Scalar.init) {
      let text = "a\(scalar)b"
      #expect(Array(try roundTrip(text).unicodeScalars) == Array(text.unicodeScalars), "U+\(scalar.value)")
    }
  }

  @Test("The bytes of an ordinary text")
  func golden() {
    #expect(yamlQuoted("You \"chose\" C:\\ before\nand é") == #""You \"chose\" C:\\ before\nand é""#)
  }
}
