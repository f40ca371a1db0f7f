internal import Foundation

/// One axis of a chart: what it measures, from where to where, and how its numbers are written.
public struct Axis: Sendable {
  /// How numbers on the axis and in the chart's table are written.
  public enum Format: Sendable {
    /// As many decimals as are needed; thousands are grouped.
    case number
    /// A share as per cent.
    case percent
  }

  /// What is measured, with its unit.
  public var label: String
  /// The ends of the axis; nil for those of the data.
  public var range: ClosedRange<Double>?
  /// How numbers are written.
  public var format: Format
  /// Names of the places 0, 1, 2 … in place of numbers, such as days; nil for numbers.
  public var places: [String]?

  /// An axis of numbers.
  public init(_ label: String, range: ClosedRange<Double>? = nil, format: Format = .number) {
    self.label = label
    self.range = range
    self.format = format
  }

  /// An axis whose places 0, 1, 2 … have names.
  public init(_ label: String, places: [String]) {
    self.label = label
    self.places = places
    range = 0...Double(max(1, places.count - 1))
    format = .number
  }

  /// A number of this axis as text, with three significant digits more than the size of `span`.
  func text(_ value: Double, span: Double? = nil) -> String {
    guard value.isFinite else { return "–" }
    if let places {
      let place = Int(value.rounded())
      return places.indices.contains(place) ? places[place] : ""
    }
    let factor = format == .percent ? 100.0 : 1
    let scale = abs((span ?? value) * factor)
    let digits = scale > 0 ? Int((span == nil ? 3.0 : 0) - log10(scale).rounded(.down)) : 0
    let text = Self.decimal(value * factor, digits: max(0, min(span == nil ? 4 : 9, digits)))
    return format == .percent ? text + " %" : text
  }

  /// A number with grouped thousands, and without a sign on zero.
  static func decimal(_ value: Double, digits: Int) -> String {
    let text = String(format: "%.\(digits)f", abs(value))
    let parts = text.split(separator: ".", maxSplits: 1)
    var whole = ""
    for (index, digit) in parts[0].reversed().enumerated() {
      if index > 0, index.isMultiple(of: 3) { whole.append(",") }
      whole.append(digit)
    }
    let isZero = text.allSatisfy { $0 == "0" || $0 == "." }
    return (value < 0 && !isZero ? "−" : "") + String(whole.reversed()) + (parts.count > 1 ? "." + parts[1] : "")
  }

  /// The places of the marks within a range, and the text of each: steps of 1, 2 or 5 times a power of ten.
  func ticks(in range: ClosedRange<Double>, atMost count: Int) -> [(value: Double, text: String)] {
    if let places {
      let stride = max(1, (places.count + count - 1) / count)
      return places.indices.filter { $0.isMultiple(of: stride) }.map { (Double($0), places[$0]) }
    }
    let span = range.upperBound - range.lowerBound
    guard span > 0, span.isFinite else { return [(range.lowerBound, text(range.lowerBound))] }
    let rough = span / Double(max(1, count - 1))
    let power = pow(10, log10(rough).rounded(.down))
    let step = ([1, 2, 5, 10].first { $0 * power >= rough * 0.999 } ?? 10) * power
    let first = (range.lowerBound / step - 1e-9).rounded(.up)
    let last = (range.upperBound / step + 1e-9).rounded(.down)
    guard last >= first, last - first < 100 else { return [] }
    return (0...Int(last - first)).map { index in
      let value = (first + Double(index)) * step
      return (value, text(value, span: step))
    }
  }
}
