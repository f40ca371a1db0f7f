import Foundation
import Reports
import Testing

@Suite struct ReportPageTests {
  private func page(_ blocks: ReportBlock...) -> String {
    ReportPage(title: "A page", sections: [ReportSection("First", blocks)]).html()
  }

  @Test func textOfDataIsNeverMarkup() {
    let evil = "<script>alert(\"1\")</script> & {{title}} {{{title}}}"
    var table = DataTable(evil, header: [evil, evil])
    table.add([evil, evil])
    let html = ReportPage(
      title: evil, subtitle: evil,
      sections: [
        ReportSection(
          evil,
          [
            .text(evil), .note(.bad, evil), .facts([Fact(evil, evil)]), .table(table),
            .charts([
              Chart.intervals(evil, evil, axis: Axis(evil), rows: [.init(evil, Estimate(1, low: 0, high: 2))]),
              Chart.line(evil, evil, x: Axis(evil), y: Axis(evil), series: [Series(evil, [.init(0, 1), .init(1, 2)])]),
              Chart.bars(evil, evil, y: Axis(evil), labels: [evil], series: [BarSeries(evil, [Estimate(1)])]),
              Chart.histogram(
                evil, evil, x: Axis(evil), y: Axis(evil), edges: [0, 1], series: [HistogramSeries(evil, [3])]),
            ]),
          ])
      ], footer: evil
    ).html()
    #expect(!html.contains("<script"))
    #expect(html.contains("&lt;script&gt;"))
    #expect(html.contains("{{title}}"))
  }

  @Test func thePageAsksForNothing() {
    let html = page(.text("words"))
    #expect(html.contains("default-src 'none'"))
    for wanted in ["http://", "https://", "@import", "url(", "<script", " src="] { #expect(!html.contains(wanted)) }
  }

  @Test func partsAreThereOnceAndOnlyIfGiven() {
    let html = page(.text("just words"))
    #expect(html.components(separatedBy: "just words").count == 2)
    for absent in ["<dl>", "<table", "<figure", "class=\"note", "<footer", "class=\"subtitle\""] {
      #expect(!html.contains(absent), "\(absent)")
    }
    #expect(html.contains("<a href=\"#s1\">First</a>"))
    #expect(html.contains("<section id=\"s1\""))
  }

  @Test func tablesNameTheirRowsAndTheirTone() {
    var table = DataTable("metrics", header: ["metric", "value"])
    table.add(["auc", "0.7"])
    table.add(["ece", "0.2"], tone: .warning)
    let html = page(.table(table))
    #expect(html.contains("<caption>metrics</caption>"))
    #expect(html.contains("<tr class=\"plain\"><th scope=\"row\">auc</th><td>0.7</td></tr>"))
    #expect(html.contains("<tr class=\"warning\"><th scope=\"row\">ece</th><td>0.2</td></tr>"))
  }

  @Test func chartsHaveTitleDescriptionAndTable() {
    let chart = Chart.line(
      "ROC", "The higher, the better.", x: Axis("false positives"), y: Axis("true positives"),
      series: [Series("model", [.init(0, 0), .init(0.5, 0.8), .init(1, 1)])])
    let html = page(.charts([chart, chart]))
    #expect(html.contains("<title id=\"s1b1c1-t\">ROC</title><desc id=\"s1b1c1-d\">The higher, the better.</desc>"))
    #expect(html.contains("aria-labelledby=\"s1b1c2-t s1b1c2-d\""))
    #expect(html.contains("<td>0.8000</td>"))
  }

  @Test func samePartsMakeTheSameBytes() {
    #expect(page(.facts([Fact("rows", "3")])) == page(.facts([Fact("rows", "3")])))
  }
}
