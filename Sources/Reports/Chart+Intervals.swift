extension Chart {
  /// A row of a chart of intervals.
  public struct Row: Sendable {
    /// The name to the left.
    public var label: String
    /// The dot and its bar.
    public var estimate: Estimate
    /// Tints the row.
    public var tone: Tone

    /// Takes a name and a number with its interval.
    public init(_ label: String, _ estimate: Estimate, tone: Tone = .plain) {
      self.label = label
      self.estimate = estimate
      self.tone = tone
    }
  }

  /// Dots with horizontal bars, one row below the other: coefficients, slices, differences.
  ///
  /// - Parameters:
  ///   - title: the heading.
  ///   - description: what to see, in words.
  ///   - axis: the lower axis.
  ///   - rows: from the top; the picture grows with them.
  ///   - reference: a vertical line to compare with, such as no difference; nil for none.
  public static func intervals(
    _ title: String, _ description: String, axis: Axis, rows: [Row], reference: Double? = 0
  ) -> Chart {
    var svg = SVG()
    let longest = 22
    let names = rows.map { shortened($0.label, to: longest) }
    let left = 12 + min(170, names.map { Plot.width(of: $0) }.max() ?? 0)
    let height = 20.0
    let bottom = 10 + height * Double(max(1, rows.count))
    let values = rows.flatMap(\.estimate.extent) + [reference].compactMap { $0 }
    let plot = Plot(
      left: left, right: Plot.width - 14, top: 6, bottom: bottom, x: Plot.range(of: axis, over: values), y: 0...1)
    plot.drawBottom(axis, grid: true, in: &svg)
    if let reference { svg.line(plot.px(reference), plot.top, plot.px(reference), bottom, class: "line reference") }
    for (index, row) in rows.enumerated() {
      let y = 10 + height * (Double(index) + 0.5)
      let style = row.tone == .plain ? "s0" : row.tone.rawValue
      svg.text(names[index], left - 8, y + 4, anchor: .end)
      if let ends = row.estimate.ends {
        svg.line(plot.px(ends.low), y, plot.px(ends.high), y, class: "line \(style) solid")
      }
      if row.estimate.value.isFinite { svg.circle(plot.px(row.estimate.value), y, radius: 4, class: "dot \(style)") }
    }
    var table = DataTable(title, header: ["", axis.label, "interval"])
    for row in rows { table.add([row.label] + row.estimate.cells(axis), tone: row.tone) }
    return Chart(
      title: title, description: description, table: table, legend: [], elements: svg.elements, width: Plot.width,
      height: bottom + 46)
  }
}
