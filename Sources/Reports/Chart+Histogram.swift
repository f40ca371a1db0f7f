/// How many of one kind are in each bin of a histogram.
public struct HistogramSeries: Sendable {
  /// The name in the legend and the table.
  public var name: String
  /// One for each bin: counts, or shares.
  public var counts: [Double]

  /// Takes a name and the number in each bin.
  public init(_ name: String, _ counts: [Double]) {
    self.name = name
    self.counts = counts
  }
}

extension Chart {
  /// Steps over bins, filled, one colour a series; they may overlap.
  ///
  /// - Parameters:
  ///   - title: the heading.
  ///   - description: what to see, in words.
  ///   - x: the lower axis.
  ///   - y: the left axis; it holds 0.
  ///   - edges: the ends of the bins, ascending: one more than there are bins.
  ///   - series: each with one number a bin.
  /// - Precondition: each series has one number less than there are edges.
  public static func histogram(
    _ title: String, _ description: String, x: Axis, y: Axis, edges: [Double], series: [HistogramSeries]
  ) -> Chart {
    for series in series {
      precondition(series.counts.count + 1 == edges.count, "\(series.name): expected one number less than edges")
    }
    var svg = SVG()
    var lower = x
    if lower.range == nil, let first = edges.first, let last = edges.last, first < last { lower.range = first...last }
    let plot = Plot.framed(
      x, Plot.range(of: lower, over: edges),
      y, Plot.range(of: y, over: series.flatMap { $0.counts.filter(\.isFinite) }, zero: true), in: &svg)
    for (number, series) in series.enumerated() {
      var steps = [(x: plot.px(edges.first ?? 0), y: plot.py(0))]
      for (bin, count) in series.counts.enumerated() where count.isFinite {
        steps.append((plot.px(edges[bin]), plot.py(count)))
        steps.append((plot.px(edges[bin + 1]), plot.py(count)))
      }
      steps.append((plot.px(edges.last ?? 0), plot.py(0)))
      svg.path(steps, class: "band s\(number % 6)", closed: true)
      svg.path(steps, class: "line s\(number % 6)")
    }
    var table = DataTable(title, header: [x.label] + series.map(\.name))
    for bin in edges.indices.dropLast() {
      table.add(["\(x.text(edges[bin])) … \(x.text(edges[bin + 1]))"] + series.map { y.text($0.counts[bin]) })
    }
    let keys = series.enumerated().map { Key(name: $1.name, style: "s\($0 % 6)") }
    return Chart(
      title: title, description: description, table: table, legend: keys.count > 1 ? keys : [],
      elements: svg.elements, width: Plot.width, height: 268)
  }
}
