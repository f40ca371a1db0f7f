/// Points of a line chart that belong together.
public struct Series: Sendable {
  /// How the points are drawn.
  public enum Style: Sendable {
    /// A line; with a band where the points have intervals.
    case line
    /// Dots; with bars where they have intervals.
    case dots
    /// A thin dashed line to compare with, such as a diagonal.
    case reference
  }

  /// A place on the x axis and the estimate there.
  public struct Point: Sendable {
    /// The place.
    public var x: Double
    /// The estimate.
    public var y: Estimate

    /// Takes a place and the number there.
    public init(_ x: Double, _ y: Double, low: Double? = nil, high: Double? = nil) {
      self.x = x
      self.y = Estimate(y, low: low, high: high)
    }
  }

  /// The name in the legend and the table.
  public var name: String
  /// In ascending x.
  public var points: [Point]
  /// How they are drawn.
  public var style: Style

  /// Takes a name and the points.
  public init(_ name: String, style: Style = .line, _ points: [Point]) {
    self.name = name
    self.style = style
    self.points = points
  }
}

extension Chart {
  /// A chart of lines, bands and dots over two axes.
  ///
  /// - Parameters:
  ///   - title: the heading.
  ///   - description: what to see, in words.
  ///   - x: the lower axis.
  ///   - y: the left axis.
  ///   - series: at most six have colours of their own.
  /// - Complexity: O(points).
  public static func line(_ title: String, _ description: String, x: Axis, y: Axis, series: [Series]) -> Chart {
    var svg = SVG()
    let finite = series.map { series in
      Series(series.name, style: series.style, series.points.filter { $0.x.isFinite && $0.y.value.isFinite })
    }
    let points = finite.flatMap(\.points)
    let plot = Plot.framed(
      x, Plot.range(of: x, over: points.map(\.x)), y, Plot.range(of: y, over: points.flatMap(\.y.extent)), in: &svg)
    var keys: [Key] = []
    var colour = 0
    for series in finite {
      let style = series.style == .reference ? "reference" : "s\(colour)"
      if series.style != .reference { colour = (colour + 1) % 6 }
      keys.append(Key(name: series.name, style: style))
      draw(series, style, plot, &svg)
    }
    if points.isEmpty { svg.text("no data", (plot.left + plot.right) / 2, 120, anchor: .middle) }
    return Chart(
      title: title, description: description, table: table(title, x, y, finite), legend: keys.count > 1 ? keys : [],
      elements: svg.elements, width: Plot.width, height: 268)
  }

  private static func draw(_ series: Series, _ style: String, _ plot: Plot, _ svg: inout SVG) {
    let places = series.points.map { (x: plot.px($0.x), y: plot.py($0.y.value)) }
    switch series.style {
    case .reference: svg.path(places, class: "line reference")
    case .line:
      let ends = series.points.compactMap { point in point.y.ends.map { (x: plot.px(point.x), $0) } }
      if ends.count == series.points.count, ends.count > 1 {
        let upper = ends.map { (x: $0.x, y: plot.py($0.1.high)) }
        let lower = ends.reversed().map { (x: $0.x, y: plot.py($0.1.low)) }
        svg.path(upper + lower, class: "band \(style)", closed: true)
      }
      svg.path(places, class: "line \(style)")
      if places.count <= 20 { for place in places { svg.circle(place.x, place.y, radius: 3, class: "dot \(style)") } }
    case .dots:
      for (point, place) in zip(series.points, places) {
        if let ends = point.y.ends {
          svg.line(place.x, plot.py(ends.low), place.x, plot.py(ends.high), class: "line \(style) solid")
        }
        svg.circle(place.x, place.y, radius: 4, class: "dot \(style)")
      }
    }
  }

  /// At most 21 points of each series, the ends among them.
  private static func table(_ title: String, _ x: Axis, _ y: Axis, _ all: [Series]) -> DataTable {
    let shown = all.filter { $0.style != .reference }
    let hasIntervals = shown.contains { $0.points.contains { $0.y.ends != nil } }
    let header = (shown.count > 1 ? ["series"] : []) + [x.label, y.label] + (hasIntervals ? ["interval"] : [])
    var table = DataTable(title, header: header)
    for series in shown {
      let last = series.points.count - 1
      let places = last < 21 ? Array(series.points.indices) : (0...20).map { $0 * last / 20 }
      for point in places.map({ series.points[$0] }) {
        let cells = point.y.cells(y)
        table.add(
          (shown.count > 1 ? [series.name] : []) + [x.text(point.x), cells[0]] + (hasIntervals ? [cells[1]] : []))
      }
    }
    return table
  }
}
