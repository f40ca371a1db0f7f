import Testing
import YAML

@Suite("Reading YAML")
struct YAMLValueTests {
  enum Colour: String, CaseIterable { case red, green }

  static let text = """
    # A comment first.
    name: ranker
    count: 12
    share: 0.25
    nothing:
    quoted: "null"
    empty: ""
    list: [a, "1.0", no]
    single: alone
    colour: green
    inner:
      name: x
      deep: {level: 2}
    items:
      - name: first
        weight: 1
      - name: second
        weight: heavy
    """

  private func root() throws -> YAMLValue { try YAMLValue(text: Self.text, file: "f.yml") }

  @Test("Fields of each kind")
  func fields() throws {
    let root = try root()
    try root.expectKeys([
      "name", "count", "share", "nothing", "quoted", "empty", "list", "single", "colour", "inner", "items", "more",
    ])
    #expect(try root.required("name").string() == "ranker")
    #expect(try root.required("count").integer() == 12)
    #expect(try root.required("count").number() == 12)
    #expect(try root.required("share").number() == 0.25)
    #expect(root.field("nothing") == nil && root.field("absent") == nil)
    #expect(try root.required("quoted").string() == "null")
    #expect(try root.required("empty").string() == "")
    #expect(try root.required("list").strings() == ["a", "1.0", "no"])
    #expect(try root.required("single").strings() == ["alone"])
    #expect(try root.required("colour").choice() == Colour.green)
    #expect(try root.required("inner").required("deep").required("level").integer() == 2)
    #expect(try root.required("items").list().map { try $0.required("name").string() } == ["first", "second"])
  }

  /// What reading says that fails.
  private func message(_ body: (YAMLValue) throws -> Void) throws -> String {
    "\(try #require(throws: YAMLError.self) { try body(root()) })"
  }

  @Test("Errors name file, line, field, what was expected and what was found")
  func errors() throws {
    #expect(
      try message { try $0.required("inner").expectKeys(["name", "depth"]) }
        == "f.yml:13: inner: unknown field \"deep\"; expected one of name, depth")
    #expect(try message { _ = try $0.required("absent") } == "f.yml:2: needs the field \"absent\"")
    #expect(try message { _ = try $0.required("nothing") } == "f.yml:2: needs the field \"nothing\"")
    #expect(
      try message { _ = try $0.required("inner").required("absent") } == "f.yml:12: inner: needs the field \"absent\"")
    #expect(
      try message { _ = try $0.required("name").number() } == "f.yml:2: name: expected a number, found \"ranker\"")
    #expect(
      try message { _ = try $0.required("share").integer() }
        == "f.yml:4: share: expected a whole number, found \"0.25\"")
    #expect(try message { _ = try $0.required("list").string() } == "f.yml:8: list: expected a text")
    #expect(try message { _ = try $0.required("inner").number() } == "f.yml:12: inner: expected a text")
    #expect(try message { try $0.required("count").expectKeys([]) } == "f.yml:3: count: expected fields (key: value)")
    #expect(
      try message { let _: Colour = try $0.required("name").choice() }
        == "f.yml:2: name: expected one of red, green, found \"ranker\"")
    #expect(
      try message { _ = try $0.required("items").list()[1].labelled("item 2").required("weight").number() }
        == "f.yml:18: item 2: weight: expected a number, found \"heavy\"")
    #expect(try message { throw $0.labelled("all").error("is wrong") } == "f.yml:2: all: is wrong")
  }

  @Test("Numbers must be finite", arguments: ["nan", "inf", "-inf", "1e999", ".inf", "1,5", "''", "12 apples"])
  func notNumbers(_ text: String) throws {
    let root = try YAMLValue(text: "x: \(text)", file: "f.yml")
    #expect(throws: YAMLError.self) { try root.required("x").number() }
    #expect(throws: YAMLError.self) { try root.required("x").integer() }
  }

  @Test(
    "What is not YAML is an error with its line",
    arguments: [
      ("", 1, "is empty"),
      ("# nothing\n", 1, "is empty"),
      ("a: [1, 2\nb: 3\n", 2, "not YAML"),
      ("a: 1\nb: \"open\n", 3, "not YAML"),
      ("a: 1\n\tb: 2\n", 2, "not YAML"),
      ("a: 1\n- b\n", 2, "not YAML"),
      ("a: 1\n---\nb: 2\n", 2, "not YAML"),
      ("a: *missing\n", 1, "not YAML"),
      ("a: 1\nb: x\u{7}y\n", 2, "not YAML"),
      ("x: 0\na: 1\nb: 2\na: 3\n", 2, "\"a\" stands there twice"),
      ("x: 0\nl:\n  - a: 1\n    a: 2\n", 3, "\"a\" stands there twice"),
    ])
  func notYAML(_ text: String, _ line: Int, _ reason: String) throws {
    let error = try #require(throws: YAMLError.self) { try YAMLValue(text: text, file: "f.yml") }
    #expect(error.file == "f.yml")
    #expect(error.line == line, "\(error)")
    #expect(error.reason.contains(reason), "\(error)")
  }

  @Test("Deep nesting is an error or a value, not a crash", arguments: ["[", "{a: ", "- "])
  func depth(_ open: String) {
    _ = try? YAMLValue(text: String(repeating: open, count: 100_000), file: "f.yml")
  }

  @Test("A text that is no mapping has no fields", arguments: ["just text", "[1, 2]", "42"])
  func noMapping(_ text: String) throws {
    let root = try YAMLValue(text: text, file: "f.yml")
    #expect(root.field("a") == nil)
    #expect(throws: YAMLError(file: "f.yml", line: 1, reason: "expected fields (key: value)")) {
      try root.expectKeys(["a"])
    }
  }
}
