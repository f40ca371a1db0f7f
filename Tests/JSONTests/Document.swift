import JSON
import TestSupport

/// A JSON value as plain Swift, to make documents and to compare what came back.
indirect enum Document: Equatable, Sendable {
  case object([Field])
  case array([Document])
  case string(String)
  case integer(Int)
  case double(UInt64)  // the bits, so that -0.0 is not 0.0
  case bool(Bool)
  case null

  struct Field: Equatable, Sendable {
    var key: String
    var value: Document
  }

  init(_ value: JSONValue) throws {
    switch value.kind {
    case .object:
      var fields: [Field] = []
      try value.forEachField { fields.append(Field(key: $0, value: try Document($1))) }
      self = .object(fields)
    case .array: self = .array(try value.map { try Document($0) })
    case .string: self = .string(try value.string())
    case .integer: self = .integer(try value.integer())
    case .double, .unsigned: self = .double(try value.number().bitPattern)
    case .bool: self = .bool(try value.bool())
    case .null: self = .null
    }
  }

  /// What `text` says.
  init(parsing text: String) throws { self = try JSONParser().parse(text.utf8) { try Document($0) } }

  func write(to writer: inout JSONWriter) {
    switch self {
    case .object(let fields):
      writer.object { writer in
        for field in fields {
          writer.key(field.key)
          field.value.write(to: &writer)
        }
      }
    case .array(let elements): writer.array { writer in elements.forEach { $0.write(to: &writer) } }
    case .string(let text): writer.string(text)
    case .integer(let number): writer.integer(number)
    case .double(let bits): writer.number(Double(bitPattern: bits))
    case .bool(let value): writer.bool(value)
    case .null: writer.null()
    }
  }

  var json: String {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.text
  }

  static func random(depth: Int, using generator: inout SeededGenerator) -> Document {
    switch Int.random(in: depth > 0 ? 0...7 : 2...7, using: &generator) {
    case 0:
      let count = Int.random(in: 0...5, using: &generator)
      return .object(
        (0..<count).map { _ in
          Field(key: randomText(using: &generator), value: random(depth: depth - 1, using: &generator))
        })
    case 1:
      let count = Int.random(in: 0...5, using: &generator)
      return .array((0..<count).map { _ in random(depth: depth - 1, using: &generator) })
    case 2: return .integer(Int(truncatingIfNeeded: generator.next()) >> Int.random(in: 0...63, using: &generator))
    case 3: return .double(randomDouble(using: &generator).bitPattern)
    case 4: return .bool(Bool.random(using: &generator))
    case 5: return .null
    default: return .string(randomText(using: &generator))
    }
  }

  /// A finite number of any magnitude.
  static func randomDouble(using generator: inout SeededGenerator) -> Double {
    while true {
      let number = Double(bitPattern: generator.next())
      if number.isFinite { return number }
    }
  }

  /// Scalars of all planes, and more than their share of those that need an escape.
  static func randomText(using generator: inout SeededGenerator) -> String {
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...12, using: &generator) {
      let ceiling: UInt32 = [0x20, 0x80, 0x800, 0x11_0000].randomElement(using: &generator)!
      if let scalar = Unicode.Scalar(UInt32.random(in: 0..<ceiling, using: &generator)) { text.append(scalar) }
    }
    return String(text)
  }
}
