/// A picture with its title, what it shows in words, and its numbers as a table.
///
/// Made by ``line(_:_:x:y:series:)``, ``bars(_:_:y:labels:series:)``, ``intervals(_:_:axis:rows:reference:)`` and
/// ``histogram(_:_:x:y:edges:series:)``. Numbers that are not finite are left out of the picture.
public struct Chart: Sendable {
  /// The heading over the picture.
  public let title: String
  /// What to see in it; also read out in place of the picture.
  public let description: String
  /// The numbers behind the picture; long curves are thinned.
  public let table: DataTable
  /// The names of the series in the order of their colours; empty where there is only one.
  let legend: [Key]
  /// The inside of the picture.
  let elements: String
  let width: Double
  let height: Double

  /// A name in the legend and the style that it stands for.
  struct Key: Sendable {
    var name: String
    var style: String
  }
}

/// A number with the interval that is likely to hold the true one.
public struct Estimate: Sendable {
  /// The number itself.
  public var value: Double
  /// The lower end; nil where none is known.
  public var low: Double?
  /// The upper end; nil where none is known.
  public var high: Double?

  /// Takes a number and, where known, its interval.
  public init(_ value: Double, low: Double? = nil, high: Double? = nil) {
    self.value = value
    self.low = low
    self.high = high
  }

  /// Both ends, where both are finite.
  var ends: (low: Double, high: Double)? {
    guard let low, let high, low.isFinite, high.isFinite else { return nil }
    return (low, high)
  }

  /// The value and the ends, those that are finite.
  var extent: [Double] { ([value] + [low, high].compactMap { $0 }).filter(\.isFinite) }

  func cells(_ axis: Axis) -> [String] {
    [axis.text(value), ends.map { "\(axis.text($0.low)) … \(axis.text($0.high))" } ?? "–"]
  }
}

/// The frame that a chart is drawn in: where the axes are, and how numbers become places.
struct Plot {
  static let width = 400.0
  let left: Double
  let right: Double
  let top: Double
  let bottom: Double
  let x: ClosedRange<Double>
  let y: ClosedRange<Double>

  func px(_ value: Double) -> Double {
    left + (min(max(value, x.lowerBound), x.upperBound) - x.lowerBound) / (x.upperBound - x.lowerBound) * (right - left)
  }

  func py(_ value: Double) -> Double {
    bottom
      - (min(max(value, y.lowerBound), y.upperBound) - y.lowerBound) / (y.upperBound - y.lowerBound) * (bottom - top)
  }

  /// The range of an axis over data: as the axis says, or that of the data with a little air.
  static func range(of axis: Axis, over values: [Double], zero: Bool = false) -> ClosedRange<Double> {
    if let range = axis.range, range.upperBound > range.lowerBound { return range }
    var low = values.min() ?? 0
    var high = values.max() ?? 1
    if zero {
      low = min(0, low)
      high = max(0, high)
    }
    if low == high { (low, high) = (low - max(0.5, abs(low) / 2), high + max(0.5, abs(high) / 2)) }
    let air = (high - low) * 0.04
    return (zero && low == 0 ? 0 : low - air)...(zero && high == 0 ? 0 : high + air)
  }

  /// Roughly how wide a text of the charts' font is.
  static func width(of text: String) -> Double { 7.2 * Double(text.count) }

  /// The plot of two axes of numbers, drawn with its grid, marks and labels.
  static func framed(
    _ xAxis: Axis, _ x: ClosedRange<Double>, _ yAxis: Axis, _ y: ClosedRange<Double>, in svg: inout SVG
  ) -> Plot {
    let yTicks = yAxis.ticks(in: y, atMost: 6)
    let plot = Plot(
      left: 30 + (yTicks.map { width(of: $0.text) }.max() ?? 0), right: width - 14, top: 10, bottom: 222, x: x, y: y)
    for tick in yTicks {
      svg.line(plot.left, plot.py(tick.value), plot.right, plot.py(tick.value), class: "grid")
      svg.text(tick.text, plot.left - 6, plot.py(tick.value) + 4, anchor: .end)
    }
    svg.text(yAxis.label, 12, (plot.top + plot.bottom) / 2, anchor: .middle, class: "label", turned: true)
    plot.drawBottom(xAxis, in: &svg)
    return plot
  }

  /// The marks and the label of the lower axis.
  func drawBottom(_ axis: Axis, grid: Bool = false, in svg: inout SVG) {
    let widest = axis.ticks(in: x, atMost: 6).map { Self.width(of: $0.text) }.max() ?? 0
    let fitting = max(2, Int((right - left) / (widest + 12)))
    for tick in axis.ticks(in: x, atMost: min(7, fitting)) {
      let place = px(tick.value)
      if grid { svg.line(place, top, place, bottom, class: "grid") }
      svg.line(place, bottom, place, bottom + 4, class: "axis")
      let half = Self.width(of: tick.text) / 2
      svg.text(tick.text, min(max(place, half), Self.width - half), bottom + 18, anchor: .middle)
    }
    svg.line(left, bottom, right, bottom, class: "axis")
    if !axis.label.isEmpty { svg.text(axis.label, (left + right) / 2, bottom + 38, anchor: .middle, class: "label") }
  }
}
