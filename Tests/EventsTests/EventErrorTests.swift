import Events
import JSON
import Testing

@Suite("What is not an event")
struct EventErrorTests {
  static let kinds = "served, impression, click, accept, dismiss"

  /// A click with one field put in or replaced; a value of "" leaves the field out.
  private func click(_ field: String, _ value: String) -> String {
    var fields = [
      "event_type": "\"click\"", "user_id": "\"u\"", "proposition_id": "\"p\"", "timestamp": "\"2026-11-23T18:12:14Z\"",
    ]
    fields[field] = value.isEmpty ? nil : value
    return "{" + fields.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
  }

  @Test(
    "Fields of a click",
    arguments: [
      ("event_type", "", "is missing; expected one of \(kinds)"),
      ("event_type", "null", "is missing; expected one of \(kinds)"),
      ("event_type", "\"Click\"", "expected one of \(kinds), found \"Click\""),
      ("event_type", "1", "expected a string, found integer"),
      ("user_id", "", "is missing; expected a non-empty string"),
      ("user_id", "\"\"", "expected a non-empty string"),
      ("user_id", "42", "expected a string, found integer"),
      ("user_id", "\"a\\u0000b\"", "expected a string without the character U+0000"),
      ("timestamp", "", "is missing; expected an RFC 3339 time"),
      ("timestamp", "1795457534", "expected a string, found integer"),
      ("timestamp", "\"yesterday\"", "expected an RFC 3339 time as 2026-11-23T18:12:14Z, found \"yesterday\""),
      ("proposition_id", "", "is missing; expected a non-empty string for a click event"),
      ("proposition_id", "[]", "expected a string, found array"),
      ("proposition_id", "\"\"", "expected a non-empty string"),
      ("event_id", "\"\"", "expected a non-empty string"),
      ("event_id", "\"\\u0000\"", "expected a string without the character U+0000"),
      ("request_id", "\"\"", "expected a non-empty string"),
      ("request_id", "true", "expected a string, found bool"),
      ("session_id", "1", "expected a string, found integer"),
      ("device", "{}", "expected a string, found object"),
      ("context", "1.5", "expected a string, found double"),
      ("context_type", "[]", "expected a string, found array"),
      ("position", "0", "expected a position from 1, found 0"),
      ("position", "-3", "expected a position from 1, found -3"),
      ("position", "1.5", "expected a whole number, found 1.5"),
      ("position", "\"1\"", "expected a whole number, found string"),
      (
        "position", "18446744073709551615",
        "expected a whole number up to 9223372036854775807, found 18446744073709551615"
      ),
      ("experiment", "1", "expected a string, found integer"),
      ("variant", "1", "expected a string, found integer"),
      ("model", "1", "expected a string, found integer"),
      ("slate", "{}", "expected an array, found object"),
    ])
  func click(_ field: String, _ value: String, _ reason: String) throws {
    let error = try #require(throws: JSONError.self) { try EventJSONTests.event(click(field, value)) }
    #expect(error == JSONError(path: field, reason: reason))
    #expect("\(error)" == "field \"\(field)\": \(reason)")
  }

  @Test("An event is an object", arguments: [("[]", "array"), ("1", "integer"), ("null", "null")])
  func noObject(_ text: String, _ kind: String) {
    #expect(throws: JSONError(reason: "expected an object, found \(kind)")) { try EventJSONTests.event(text) }
  }

  @Test(
    "Slates",
    arguments: [
      ("[]", "slate", "is missing; expected at least one proposition for a served event"),
      ("null", "slate", "is missing; expected at least one proposition for a served event"),
      ("[1]", "slate[0]", "expected an object, found integer"),
      ("[{}]", "slate[0].id", "is missing; expected a non-empty string"),
      (#"[{"id":"p"}]"#, "slate[0].position", "is missing; expected a position from 1"),
      (#"[{"id":"p","position":1},{"id":"","position":2}]"#, "slate[1].id", "expected a non-empty string"),
      (#"[{"id":"p","position":0}]"#, "slate[0].position", "expected a position from 1, found 0"),
      (#"[{"id":"p","position":1,"score":"x"}]"#, "slate[0].score", "expected a number, found string"),
      (
        #"[{"id":"p","position":1,"propensity":0}]"#, "slate[0].propensity",
        "expected a probability above 0 and up to 1, found 0.0"
      ),
      (
        #"[{"id":"p","position":1,"propensity":1.0000001}]"#, "slate[0].propensity",
        "expected a probability above 0 and up to 1, found 1.0000001"
      ),
      (
        #"[{"id":"p","position":1,"features":[1,2,null]}]"#, "slate[0].features[2]", "expected a number, found null"
      ),
      (
        #"[{"id":"p","position":1,"features":[3.5e38]}]"#, "slate[0].features[0]",
        "expected a number in Float's range, found 3.5e+38"
      ),
      (#"[{"id":"p","position":1},{"id":"p","position":2}]"#, "slate", "a proposition stands in it twice"),
    ])
  func slates(_ slate: String, _ path: String, _ reason: String) {
    #expect(throws: JSONError(path: path, reason: reason)) {
      try EventJSONTests.event(
        #"{"event_type":"served","user_id":"u","timestamp":"2026-11-23T18:12:14Z","slate":\#(slate)}"#)
    }
  }

  @Test("The bounds themselves are in: propensity 1 and the least above 0, the greatest Float")
  func bounds() throws {
    let slate =
      #"[{"id":"p","position":1,"propensity":1,"features":[3.4028234663852886e38]},"#
      + #"{"id":"q","position":9223372036854775807,"propensity":5e-324,"score":1.7976931348623157e308}]"#
    let event = try EventJSONTests.event(
      #"{"event_type":"served","user_id":"u","timestamp":"2026-11-23T18:12:14Z","slate":\#(slate)}"#)
    #expect(event.slate.map(\.propensity) == [1, .leastNonzeroMagnitude])
    #expect(event.slate[0].features == [.greatestFiniteMagnitude])
    #expect(event.slate[1].position == .max && event.slate[1].score == .greatestFiniteMagnitude)
  }
}
