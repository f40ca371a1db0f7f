/// Bars of one colour: one for each label of the chart.
public struct BarSeries: Sendable {
  /// The name in the legend and the table.
  public var name: String
  /// One for each label.
  public var values: [Estimate]

  /// Takes a name and one value for each label.
  public init(_ name: String, _ values: [Estimate]) {
    self.name = name
    self.values = values
  }
}

extension Chart {
  /// Groups of vertical bars from 0, one group a label, each with its interval where it has one.
  ///
  /// - Parameters:
  ///   - title: the heading.
  ///   - description: what to see, in words.
  ///   - y: the left axis; it holds 0.
  ///   - labels: the names of the groups, below them.
  ///   - series: each with one value a label.
  /// - Precondition: each series has as many values as there are labels.
  public static func bars(
    _ title: String, _ description: String, y: Axis, labels: [String], series: [BarSeries]
  ) -> Chart {
    for series in series {
      precondition(series.values.count == labels.count, "\(series.name): expected a value for each label")
    }
    var svg = SVG()
    let values = series.flatMap { $0.values.flatMap(\.extent) }
    let groups = Double(max(1, labels.count))
    let plot = Plot.framed(
      Axis("", places: []), -0.5...(groups - 0.5), y, Plot.range(of: y, over: values, zero: true), in: &svg)
    let slot = (plot.right - plot.left) / groups
    let bar = min(44, slot * 0.8 / Double(max(1, series.count)))
    let zero = plot.py(0)
    for (index, label) in labels.enumerated() {
      let middle = plot.left + slot * (Double(index) + 0.5)
      var left = middle - bar * Double(series.count) / 2
      for (number, series) in series.enumerated() {
        let estimate = series.values[index]
        if estimate.value.isFinite {
          let end = plot.py(estimate.value)
          svg.rect(left + 1, min(zero, end), width: bar - 2, height: abs(zero - end), class: "bar s\(number % 6)")
        }
        if let ends = estimate.ends {
          svg.line(left + bar / 2, plot.py(ends.low), left + bar / 2, plot.py(ends.high), class: "whisker")
        }
        left += bar
      }
      svg.text(shortened(label, to: max(2, Int(slot / 7.2))), middle, plot.bottom + 18, anchor: .middle)
    }
    svg.line(plot.left, zero, plot.right, zero, class: "axis")
    let hasIntervals = series.contains { $0.values.contains { $0.ends != nil } }
    var table = DataTable(title, header: [""] + series.flatMap { [$0.name] + (hasIntervals ? ["interval"] : []) })
    for (index, label) in labels.enumerated() {
      table.add([label] + series.flatMap { $0.values[index].cells(y).prefix(hasIntervals ? 2 : 1) })
    }
    let keys = series.enumerated().map { Key(name: $1.name, style: "s\($0 % 6)") }
    return Chart(
      title: title, description: description, table: table, legend: keys.count > 1 ? keys : [],
      elements: svg.elements, width: Plot.width, height: 250)
  }

  /// A text of at most `count` characters, its end cut off where it is longer.
  static func shortened(_ text: String, to count: Int) -> String {
    text.count <= count ? text : text.prefix(max(1, count - 1)) + "…"
  }
}
