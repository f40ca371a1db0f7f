internal import CSimdjson

/// A value inside a parsed document; valid only while the closure that received the document runs.
public struct JSONValue {
  public enum Kind: String, Sendable {
    case object, array, string, integer, unsigned, double, bool, null
  }

  private let place: csj_value

  init(_ place: csj_value) { self.place = place }

  public var kind: Kind {
    switch UInt8(bitPattern: csj_kind(place)) {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "\""): .string
    case UInt8(ascii: "l"): .integer
    case UInt8(ascii: "u"): .unsigned
    case UInt8(ascii: "d"): .double
    case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
    default: .null
    }
  }

  public var isNull: Bool { kind == .null }

  /// The text of a string value.
  public func string() throws(JSONError) -> String {
    try expect(.string)
    return Self.text(csj_get_string(place))
  }

  /// A whole number; `3.0` counts as one.
  public func integer() throws(JSONError) -> Int {
    switch kind {
    case .integer: return Int(csj_get_int64(place))
    case .double:
      if let whole = Int(exactly: csj_get_double(place)) { return whole }
      throw JSONError(reason: "expected a whole number, found \(csj_get_double(place))")
    case .unsigned: throw JSONError(reason: "expected a whole number up to \(Int.max), found \(unsigned)")
    default: throw mismatch("a whole number")
    }
  }

  /// Any number, as the nearest Double.
  public func number() throws(JSONError) -> Double {
    switch kind {
    case .integer: Double(csj_get_int64(place))
    case .unsigned: Double(csj_get_uint64(place))
    case .double: csj_get_double(place)
    default: throw mismatch("a number")
    }
  }

  /// A whole number beyond Int's range, as it stands in the text.
  var unsigned: UInt64 { csj_get_uint64(place) }

  public func bool() throws(JSONError) -> Bool {
    try expect(.bool)
    return csj_kind(place) == CChar(UInt8(ascii: "t"))
  }

  /// The fields of an object in their order in the text; a repeated key comes as often as it stands there.
  public func forEachField(_ body: (_ key: String, _ value: JSONValue) throws -> Void) throws {
    try expect(.object)
    var cursor = csj_object_fields(place)
    var key = csj_string()
    var value = csj_value()
    while csj_next_field(&cursor, &key, &value) { try body(Self.text(key), JSONValue(value)) }
  }

  public func forEachElement(_ body: (_ element: JSONValue) throws -> Void) throws {
    try expect(.array)
    var cursor = csj_array_elements(place)
    var value = csj_value()
    while csj_next_element(&cursor, &value) { try body(JSONValue(value)) }
  }

  /// The elements of an array, each through `transform`; an error gains the element's index.
  public func map<Element>(_ transform: (JSONValue) throws -> Element) throws -> [Element] {
    var elements: [Element] = []
    try forEachElement { element in
      do {
        elements.append(try transform(element))
      } catch let error as JSONError {
        throw error.within("[\(elements.count)]")
      }
    }
    return elements
  }

  private func expect(_ expected: Kind) throws(JSONError) {
    let article = expected == .array || expected == .object ? "an" : "a"
    guard kind == expected else { throw mismatch("\(article) \(expected)") }
  }

  private func mismatch(_ expected: String) -> JSONError {
    JSONError(reason: "expected \(expected), found \(kind)")
  }

  private static func text(_ string: csj_string) -> String {
    guard let base = string.base else { return "" }
    return String(decoding: UnsafeRawBufferPointer(start: base, count: string.count), as: UTF8.self)
  }
}
