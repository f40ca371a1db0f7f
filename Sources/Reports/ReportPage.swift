internal import Mustache

/// One self-contained HTML page: sections of text, tables and charts.
///
/// The page loads nothing, runs no script and names no font of its own: it reads the same from a disk, an e-mail or a
/// server. Its own Content-Security-Policy forbids any request. It follows the reader's light or dark scheme and the
/// width of the screen.
///
///     let page = ReportPage(
///       title: "ranker/7", sections: [ReportSection("Summary", [.note(.good, "Better than ranker/6.")])])
///     try page.html().write(toFile: "report.html", atomically: true, encoding: .utf8)
public struct ReportPage: Sendable {
  /// The heading, and the title of the browser's tab.
  public var title: String
  /// A line under the heading: what was measured, on what.
  public var subtitle: String?
  /// In the order of reading; the page lists them at its top.
  public var sections: [ReportSection]
  /// The last line: what made the page, from what.
  public var footer: String?

  /// Takes the parts of a page.
  public init(title: String, subtitle: String? = nil, sections: [ReportSection], footer: String? = nil) {
    self.title = title
    self.subtitle = subtitle
    self.sections = sections
    self.footer = footer
  }

  /// The page as HTML. The same parts make the same bytes.
  ///
  /// Every text is escaped: names from data cannot become markup.
  ///
  /// - Complexity: O(size of the page).
  public func html() -> String { Templates.render(self) }
}

/// A heading with what stands below it.
public struct ReportSection: Sendable {
  /// The heading.
  public var title: String
  /// In the order of reading.
  public var blocks: [ReportBlock]

  /// Takes a heading and the blocks below it.
  public init(_ title: String, _ blocks: [ReportBlock]) {
    self.title = title
    self.blocks = blocks
  }
}

/// A part of a section.
public enum ReportBlock: Sendable {
  /// A paragraph.
  case text(String)
  /// A sentence to see first: a verdict or a warning.
  case note(Tone, String)
  /// Names and values, such as where a dataset comes from.
  case facts([Fact])
  /// A table; a wide one scrolls within its own frame.
  case table(DataTable)
  /// Charts side by side where the screen is wide enough, each with its numbers as a table.
  case charts([Chart])
}

/// A name and what it is.
public struct Fact: Sendable {
  /// What is told.
  public var name: String
  /// What it is.
  public var value: String

  /// Takes a name and its value.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// How a sentence or a row is meant. It changes the colour only, so the words must say it too.
public enum Tone: String, Sendable {
  case plain, good, warning, bad
}
