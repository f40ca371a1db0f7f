// What the templates see. Mustache looks a name up in the enclosing objects where it is missing, so optional parts are
// properties that are always there.

struct PageView {
  let title: String
  let subtitle: String?
  let footer: String?
  let style = stylesheet
  let sections: [SectionView]

  init(_ page: ReportPage) {
    title = page.title
    subtitle = page.subtitle
    footer = page.footer
    sections = page.sections.enumerated().map { SectionView($1, number: $0 + 1) }
  }
}

struct SectionView {
  let heading: String
  let anchor: String
  let blocks: [BlockView]

  init(_ section: ReportSection, number: Int) {
    heading = section.title
    anchor = "s\(number)"
    blocks = section.blocks.enumerated().map { BlockView($1, id: "s\(number)b\($0 + 1)") }
  }
}

struct BlockView {
  var paragraph: String?
  var note: NoteView?
  var facts: ListView<Fact>?
  var table: TableView?
  var charts: ListView<ChartView>?

  init(_ block: ReportBlock, id: String) {
    switch block {
    case .text(let text): paragraph = text
    case .note(let tone, let text): note = NoteView(tone: tone.rawValue, text: text)
    case .facts(let entries): facts = ListView(entries: entries)
    case .table(let data): table = TableView(data)
    case .charts(let all):
      charts = ListView(entries: all.enumerated().map { ChartView($1, id: "\(id)c\($0 + 1)") })
    }
  }
}

struct NoteView {
  let tone: String
  let text: String
}

/// A list with markup around it: Mustache repeats what is inside of a section for each element of an array.
struct ListView<Entry> {
  let entries: [Entry]
}

struct TableView {
  let caption: String
  let header: [String]
  let rows: [RowView]

  init(_ table: DataTable) {
    caption = table.caption
    header = table.header
    rows = table.rows.map { row in
      RowView(tone: row.tone.rawValue, first: row.cells.first ?? "", cells: Array(row.cells.dropFirst()))
    }
  }
}

struct RowView {
  let tone: String
  let first: String
  let cells: [String]
}

struct ChartView {
  let id: String
  let title: String
  let description: String
  let legend: LegendView?
  let width: Int
  let height: Int
  let elements: String
  let numbers: TableView

  init(_ chart: Chart, id: String) {
    self.id = id
    title = chart.title
    description = chart.description
    legend = chart.legend.isEmpty ? nil : LegendView(keys: chart.legend)
    width = Int(chart.width.rounded(.up))
    height = Int(chart.height.rounded(.up))
    elements = chart.elements
    numbers = TableView(chart.table)
  }
}

struct LegendView {
  let keys: [Chart.Key]
}
