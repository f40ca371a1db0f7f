internal import Foundation

/// Builds the elements of an SVG picture, in units of its view box. Colours are classes of the stylesheet, so that one
/// picture serves light and dark.
struct SVG {
  private(set) var elements = ""

  /// Where a text stands against its point.
  enum Anchor: String { case start, middle, end }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class name: String) {
    elements +=
      "<line class=\"\(name)\" x1=\"\(Self.n(x1))\" y1=\"\(Self.n(y1))\" x2=\"\(Self.n(x2))\" y2=\"\(Self.n(y2))\"/>"
  }

  mutating func rect(_ x: Double, _ y: Double, width: Double, height: Double, class name: String) {
    elements += "<rect class=\"\(name)\" x=\"\(Self.n(x))\" y=\"\(Self.n(y))\" "
    elements += "width=\"\(Self.n(max(0, width)))\" height=\"\(Self.n(max(0, height)))\"/>"
  }

  mutating func circle(_ x: Double, _ y: Double, radius: Double, class name: String) {
    elements += "<circle class=\"\(name)\" cx=\"\(Self.n(x))\" cy=\"\(Self.n(y))\" r=\"\(Self.n(radius))\"/>"
  }

  /// A line through the points, in their order.
  mutating func path(_ points: [(x: Double, y: Double)], class name: String, closed: Bool = false) {
    guard let first = points.first else { return }
    var data = "M\(Self.n(first.x)) \(Self.n(first.y))"
    for point in points.dropFirst() { data += "L\(Self.n(point.x)) \(Self.n(point.y))" }
    elements += "<path class=\"\(name)\" d=\"\(data)\(closed ? "Z" : "")\"/>"
  }

  mutating func text(
    _ text: String, _ x: Double, _ y: Double, anchor: Anchor = .start, class name: String = "", turned: Bool = false
  ) {
    let turn = turned ? " transform=\"rotate(-90 \(Self.n(x)) \(Self.n(y)))\"" : ""
    let style = name.isEmpty ? "" : " class=\"\(name)\""
    elements += "<text\(style) x=\"\(Self.n(x))\" y=\"\(Self.n(y))\" text-anchor=\"\(anchor.rawValue)\"\(turn)>"
    elements += "\(Self.escaped(text))</text>"
  }

  /// A coordinate with two decimals, without those that are 0.
  private static func n(_ value: Double) -> String {
    var text = String(format: "%.2f", value)
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text == "-0" ? "0" : text
  }

  /// A text in which no character is markup.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      // What XML does not allow at all; it can only come from damaged names.
      case _ where scalar.value < 0x20: escaped += " "
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
