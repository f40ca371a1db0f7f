import JSON
import TestSupport
import Testing

@Suite("Numbers")
struct JSONNumberTests {
  @Test(
    "Kinds and values",
    arguments: [
      ("0", .integer, 0), ("-0", .integer, 0), ("9223372036854775807", .integer, 9.223372036854775807e18),
      ("-9223372036854775808", .integer, -9.223372036854775808e18),
      ("9223372036854775808", .unsigned, 9.223372036854775808e18),
      ("18446744073709551615", .unsigned, 1.8446744073709551615e19), ("-0.0", .double, -0.0), ("1e5", .double, 1e5),
      ("1E+5", .double, 1e5), ("-1.5e-3", .double, -1.5e-3), ("1e-400", .double, 0),
      ("5e-324", .double, .leastNonzeroMagnitude),
      ("2.4703282292062327e-324", .double, 0), ("2.4703282292062328e-324", .double, .leastNonzeroMagnitude),
      ("1.7976931348623157e308", .double, 1.7976931348623157e308),
      ("2.2250738585072011e-308", .double, Double.leastNormalMagnitude.nextDown),
      ("9007199254740993.0", .double, 9_007_199_254_740_992),
      ("0.1000000000000000055511151231257827021181583404541015625", .double, 0.1),
    ] as [(String, JSONValue.Kind, Double)])
  func values(_ text: String, _ kind: JSONValue.Kind, _ expected: Double) throws {
    try JSONParser().parse(text.utf8) { value in
      #expect(value.kind == kind)
      let number = try value.number()
      #expect(number == expected && number.sign == expected.sign)
    }
  }

  @Test(
    "Out of range is an error, never infinity or another number",
    arguments: ["1e309", "-1e309", "1.7976931348623159e308", "18446744073709551616", "-9223372036854775809", "1e99999"])
  func outOfRange(_ text: String) {
    #expect(throws: JSONError.self) { try JSONParser().parse(text.utf8) { _ in } }
  }

  @Test("Whole numbers, written with a point too")
  func whole() throws {
    for (text, expected) in [("3", 3), ("3.0", 3), ("-2e3", -2000), ("-0.0", 0), ("9007199254740992.0", 1 << 53)] {
      #expect(try JSONParser().parse(text.utf8) { try $0.integer() } == expected)
    }
    for (text, found) in [
      ("3.5", "3.5"), ("1e19", "1e+19"), ("\"3\"", "string"),
    ] {
      #expect(throws: JSONError(reason: "expected a whole number, found \(found)")) {
        try JSONParser().parse(text.utf8) { _ = try $0.integer() }
      }
    }
    #expect(
      throws: JSONError(reason: "expected a whole number up to 9223372036854775807, found 18446744073709551615")
    ) {
      try JSONParser().parse("18446744073709551615".utf8) { _ = try $0.integer() }
    }
  }

  @Test("Doubles of any bit pattern come back bit by bit", arguments: [11, 12] as [UInt64])
  func doubles(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let numbers =
      (0..<30_000).map { _ in Document.randomDouble(using: &generator) }
      + [
        0, -0.0, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, .pi, 1e15, 1e16, 1e17, 0x1p53,
        0x1p63, 0x1p64,
      ]
    var writer = JSONWriter()
    writer.array { writer in numbers.forEach { writer.number($0) } }
    let back = try JSONParser().parse(writer.bytes) { try $0.map { try $0.number().bitPattern } }
    #expect(back == numbers.map(\.bitPattern), "seed \(seed)")
  }

  @Test("Floats of any bit pattern come back bit by bit", arguments: [13, 14] as [UInt64])
  func floats(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let drawn = (0..<30_000).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: generator.next())) }
    let numbers =
      drawn.filter(\.isFinite) + [0, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.1, 16_777_216, 1e20]
    var writer = JSONWriter()
    writer.array { writer in numbers.forEach { writer.number($0) } }
    let back = try JSONParser().parse(writer.bytes) { try $0.map { Float(try $0.number()).bitPattern } }
    #expect(back == numbers.map(\.bitPattern), "seed \(seed)")
  }

  @Test("Integers of any width come back")
  func integers() throws {
    var generator = SeededGenerator(seed: 15)
    let drawn = (0..<5000).map { _ in
      Int(truncatingIfNeeded: generator.next()) >> Int.random(in: 0...63, using: &generator)
    }
    let numbers = drawn + [.min, .max, 0, -1]
    var writer = JSONWriter()
    writer.array { writer in numbers.forEach { writer.integer($0) } }
    #expect(try JSONParser().parse(writer.bytes) { try $0.map { try $0.integer() } } == numbers)
    writer.removeAll()
    writer.integer(UInt64.max)
    #expect(writer.text == "18446744073709551615")
  }
}
