import Events
import Files
import JSON
import TestSupport
import Testing

@Suite("JSON Lines and catalogues")
struct JSONLinesTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("Blank lines are passed over and counted")
  func blankLines() throws {
    let path = try folder.write("\n{\"a\":1}\n  \t\r\n\r\n[2]\r\n3", to: "a.jsonl")
    var lines: [Int] = []
    try forEachJSONLine(of: path) { _, line in lines.append(line) }
    #expect(lines == [2, 5, 6])
  }

  @Test("A line that cannot be read names file and line, and the next is read when it is passed over")
  func badLines() throws {
    let path = try folder.write("{\"a\":1}\n{\"a\":\n[3]\n{\"a\":\"x\"}\n{\"a\":5}\n", to: "a.jsonl")
    var errors: [LineError] = []
    var values: [Int] = []
    try forEachJSONLine(of: path, onBadLine: { errors.append($0) }) { json, _ in
      try json.forEachField { key, value in
        do {
          values.append(try value.integer())
        } catch let error as JSONError {
          throw error.within(key)
        }
      }
    }
    #expect(values == [1, 5])
    #expect(errors.map(\.line) == [2, 3, 4] && errors.allSatisfy { $0.path == path })
    #expect(errors[1].description == "\(path):3: expected an object, found array")
    #expect(errors[2].description == "\(path):4: field \"a\": expected a whole number, found string")
    #expect(throws: errors[0]) { try forEachJSONLine(of: path) { _, _ in } }
  }

  @Test("Other errors of the body end the reading as they are; so does a missing file")
  func otherErrors() throws {
    struct Stop: Error {}
    let path = try folder.write("1\n2\n", to: "a.jsonl")
    #expect(throws: Stop.self) {
      try forEachJSONLine(of: path, onBadLine: { _ in Issue.record("not a bad line") }) { _, _ in throw Stop() }
    }
    #expect(throws: FileError.self) { try forEachJSONLine(of: folder.file("missing.jsonl")) { _, _ in } }
  }

  static let proposition =
    #"{"id":"p1","title":"Red \"shoes\"","category":"shoes","created_at":"2026-11-23T18:12:14.000Z","#
    + #""attributes":{"brand":"x","price":12.5}}"#

  @Test("A golden proposition is read and written again byte by byte")
  func goldenProposition() throws {
    let proposition = try JSONParser().parse(Self.proposition.utf8) { try Proposition(json: $0) }
    #expect(
      proposition
        == Proposition(
          id: "p1", title: "Red \"shoes\"", category: "shoes", createdAt: Timestamp("2026-11-23T18:12:14Z"),
          attributes: ["price": .number(12.5), "brand": .text("x")]))
    var writer = JSONWriter()
    proposition.write(to: &writer)
    #expect(writer.text == Self.proposition)
  }

  @Test("A title defaults to the id; attributes that are neither number nor text are not kept")
  func defaults() throws {
    let text = #"{"id":"p","title":null,"attributes":{"a":1,"b":null,"c":[1],"d":true,"e":"x","f":1e3},"more":1}"#
    let proposition = try JSONParser().parse(text.utf8) { try Proposition(json: $0) }
    #expect(
      proposition
        == Proposition(id: "p", title: "p", attributes: ["a": .number(1), "e": .text("x"), "f": .number(1000)]))
  }

  @Test("A catalogue by id and index, in the order of the file")
  func catalogue() throws {
    let path = try folder.write("{\"id\":\"b\"}\n\n{\"id\":\"a\",\"title\":\"A\"}\n", to: "c.jsonl")
    let catalogue = try Catalogue(path: path)
    #expect(catalogue.propositions.map(\.id) == ["b", "a"])
    #expect(catalogue.index(of: "a") == 1 && catalogue.index(of: "c") == nil)
    #expect(catalogue["a"]?.title == "A" && catalogue["c"] == nil)
  }

  @Test(
    "Errors of a catalogue name file, line and field",
    arguments: [
      ("{\"id\":\"a\"}\n{\"title\":\"x\"}", "c.jsonl:2: field \"id\": is missing; expected a non-empty string"),
      ("{\"id\":\"\"}", "c.jsonl:1: field \"id\": expected a non-empty string"),
      ("{\"id\":1}", "c.jsonl:1: field \"id\": expected a string, found integer"),
      ("{\"id\":\"a\",\"title\":2}", "c.jsonl:1: field \"title\": expected a string, found integer"),
      ("{\"id\":\"a\",\"category\":[]}", "c.jsonl:1: field \"category\": expected a string, found array"),
      (
        "{\"id\":\"a\",\"created_at\":\"now\"}",
        "c.jsonl:1: field \"created_at\": expected an RFC 3339 time, found \"now\""
      ),
      ("{\"id\":\"a\",\"attributes\":[]}", "c.jsonl:1: field \"attributes\": expected an object, found array"),
      (
        "\n{\"id\":\"a\"}\n{\"id\":\"b\"}\n{\"id\":\"a\"}",
        "c.jsonl:4: field \"id\": \"a\" stands in line 2 already; keep one"
      ),
      ("", "c.jsonl: holds no proposition; expected JSON Lines with at least an \"id\" each"),
      ("\n \n", "c.jsonl: holds no proposition; expected JSON Lines with at least an \"id\" each"),
    ])
  func catalogueErrors(_ text: String, _ message: String) throws {
    let path = try folder.write(text, to: "c.jsonl")
    let error = try #require(throws: (any Error).self) { try Catalogue(path: path) }
    #expect("\(error)" == "\(folder.path)/\(message)")
  }

  @Test("Propositions with one id twice make no catalogue")
  func duplicate() {
    let propositions = ["a", "b", "a"].map { Proposition(id: $0, title: $0) }
    #expect(throws: CatalogueError.duplicate(id: "a")) { try Catalogue(propositions) }
    #expect("\(CatalogueError.duplicate(id: "a"))" == "the catalogue holds the proposition \"a\" twice; keep one")
  }
}
