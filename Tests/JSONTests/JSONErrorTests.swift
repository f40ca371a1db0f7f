import JSON
import Testing

@Suite("Errors of values that are not what was expected")
struct JSONErrorTests {
  private static let kinds = [
    ("{}", "object"), ("[]", "array"), ("\"a\"", "string"), ("1", "integer"), ("18446744073709551615", "unsigned"),
    ("1.5", "double"), ("true", "bool"), ("null", "null"),
  ]

  @Test("Each accessor says what it expected and what it found", arguments: kinds)
  func mismatches(_ text: String, _ kind: String) throws {
    let accessors: [(expected: String, accepts: Set<String>, read: (JSONValue) throws -> Void)] = [
      ("an object", ["object"], { try $0.forEachField { _, _ in } }),
      ("an array", ["array"], { try $0.forEachElement { _ in } }),
      ("a string", ["string"], { _ = try $0.string() }),
      ("a number", ["integer", "unsigned", "double"], { _ = try $0.number() }),
      ("a bool", ["bool"], { _ = try $0.bool() }),
    ]
    for accessor in accessors {
      try JSONParser().parse(text.utf8) { value in
        #expect(value.kind.rawValue == kind && value.isNull == (kind == "null"))
        if accessor.accepts.contains(kind) {
          try accessor.read(value)
        } else {
          #expect(throws: JSONError(reason: "expected \(accessor.expected), found \(kind)")) {
            try accessor.read(value)
          }
        }
      }
    }
  }

  @Test("map names the element")
  func map() throws {
    try JSONParser().parse("[1,2,\"x\"]".utf8) { value in
      let error = try #require(throws: JSONError.self) { try value.map { try $0.integer() } }
      #expect(error == JSONError(path: "[2]", reason: "expected a whole number, found string"))
    }
    try JSONParser().parse("[[1],[1,null]]".utf8) { value in
      let error = try #require(throws: JSONError.self) { try value.map { try $0.map { try $0.number() } } }
      #expect("\(error)" == "field \"[1][1]\": expected a number, found null")
    }
  }

  @Test("Paths are put together from the inside out")
  func paths() {
    let inner = JSONError(reason: "is wrong")
    #expect("\(inner)" == "is wrong")
    #expect(inner.within("score").within("[2]").within("slate").path == "slate[2].score")
    #expect(inner.within("[0]").within("[1]").within("a").within("b").path == "b.a[1][0]")
    #expect("\(inner.within("score").within("[2]").within("slate"))" == "field \"slate[2].score\": is wrong")
  }
}
