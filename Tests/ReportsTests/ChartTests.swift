import Foundation
import Reports
import Testing

/// What a chart draws, read back from the picture.
private struct Picture {
  let svg: String
  init(_ chart: Chart) {
    let html = ReportPage(title: "", sections: [ReportSection("", [.charts([chart])])]).html()
    let start = html.range(of: "role=\"img\"")!.lowerBound
    svg = String(html[start..<html.range(of: "</svg>", range: start..<html.endIndex)!.lowerBound])
  }

  /// The numbers of an attribute, in the order of their elements.
  func numbers(_ element: String, _ attribute: String, class name: String? = nil) -> [Double] {
    svg.components(separatedBy: "<").filter {
      $0.hasPrefix("\(element) ") && (name == nil || $0.contains("class=\"\(name ?? "")"))
    }.compactMap { text in
      guard let start = text.range(of: " \(attribute)=\"") else { return nil }
      return Double(text[start.upperBound...].prefix { $0 != "\"" })
    }
  }
}

@Suite struct ChartTests {
  @Test func dotsStandWhereTheirNumbersAre() {
    let points: [Series.Point] = [.init(0, 0), .init(5, 50), .init(10, 100)]
    let chart = Chart.line(
      "t", "d", x: Axis("x", range: 0...10), y: Axis("y", range: 0...100), series: [Series("s", style: .dots, points)])
    let picture = Picture(chart)
    let x = picture.numbers("circle", "cx")
    let y = picture.numbers("circle", "cy")
    #expect(x.count == 3)
    #expect(abs(x[1] - (x[0] + x[2]) / 2) < 0.02)
    #expect(abs(y[1] - (y[0] + y[2]) / 2) < 0.02)
    #expect(y[0] > y[2], "up is less in SVG")
  }

  @Test func everythingStaysInsideOfThePicture() {
    let wild: [Series.Point] = [
      .init(-1e9, 3), .init(0, .nan), .init(1, -.infinity), .init(2, 1e12, low: -1e13, high: .infinity), .init(3, 1e-9),
    ]
    let charts = [
      Chart.line("t", "d", x: Axis("x"), y: Axis("y"), series: [Series("s", style: .dots, wild)]),
      Chart.line(
        "t", "d", x: Axis("x", range: 0...1), y: Axis("y", range: 0...1), series: [Series("s", style: .dots, wild)]),
      Chart.intervals(
        "t", "d", axis: Axis("x"),
        rows: [
          .init(String(repeating: "long", count: 40), Estimate(5, low: -1e6, high: 1e6)), .init("b", Estimate(.nan)),
        ]),
      Chart.bars(
        "t", "d", y: Axis("y"), labels: ["a", "b"],
        series: [BarSeries("m", [Estimate(-3, low: -4, high: -2), Estimate(.nan)])]),
    ]
    for chart in charts {
      let picture = Picture(chart)
      for name in ["cx", "cy", "x", "y", "x1", "x2", "y1", "y2"] {
        for element in ["circle", "line", "rect", "text"] {
          for number in picture.numbers(element, name) {
            #expect(number >= 0 && number <= 400, "\(element) \(name) \(number)")
          }
        }
      }
      #expect(!picture.svg.contains("nan") && !picture.svg.contains("inf"))
    }
  }

  @Test func noDataIsSaid() {
    let chart = Chart.line("t", "d", x: Axis("x"), y: Axis("y"), series: [])
    #expect(Picture(chart).svg.contains("no data"))
    _ = Picture(Chart.bars("t", "d", y: Axis("y"), labels: [], series: []))
    _ = Picture(Chart.intervals("t", "d", axis: Axis("x"), rows: []))
    _ = Picture(Chart.histogram("t", "d", x: Axis("x"), y: Axis("y"), edges: [], series: []))
  }

  @Test func barsReachFromZeroToTheirNumbers() {
    let chart = Chart.bars(
      "t", "d", y: Axis("y", range: -1...1), labels: ["up", "down"],
      series: [BarSeries("m", [Estimate(1), Estimate(-0.5)])])
    let picture = Picture(chart)
    let heights = picture.numbers("rect", "height")
    let tops = picture.numbers("rect", "y")
    #expect(abs(heights[0] - 2 * heights[1]) < 0.02)
    #expect(abs(tops[0] + heights[0] - tops[1]) < 0.02, "one ends at zero where the other begins")
  }

  @Test func longCurvesAreThinnedInTheTableAlone() {
    let points = (0...1000).map { Series.Point(Double($0) / 1000, Double($0)) }
    let chart = Chart.line("t", "d", x: Axis("x"), y: Axis("y"), series: [Series("s", points)])
    #expect(chart.table.rows.count == 21)
    #expect(chart.table.rows.first?.cells == ["0", "0"])
    #expect(chart.table.rows.last?.cells == ["1.000", "1,000"])
  }

  @Test(arguments: [
    (0.0...1.0, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]), (0.0...12_000, ["0", "5,000", "10,000"]),
    (-0.03...0.03, ["−0.02", "0.00", "0.02"]),
  ])
  func marksAreRoundNumbers(range: ClosedRange<Double>, expected: [String]) {
    let points = [Series.Point(0, range.lowerBound), .init(1, range.upperBound)]
    let svg = Picture(
      Chart.line(
        "t", "d", x: Axis("x", places: ["Mon", "Tue"]), y: Axis("y", range: range), series: [Series("s", points)])
    ).svg
    for text in expected + ["Mon", "Tue"] { #expect(svg.contains(">\(text)</text>"), "\(text)") }
  }
}
