/// A table: the first column names the row, the others hold its values.
public struct DataTable: Sendable {
  /// What the table shows; read out before it, and printed above it.
  public var caption: String
  /// The head of each column.
  public var header: [String]
  /// Rows of as many cells as the header.
  public private(set) var rows: [Row] = []

  /// A row of cells.
  public struct Row: Sendable {
    /// As many as the header.
    public var cells: [String]
    /// Tints the row.
    public var tone: Tone
  }

  /// A table without rows.
  public init(_ caption: String, header: [String]) {
    self.caption = caption
    self.header = header
  }

  /// Adds a row.
  ///
  /// - Precondition: it has as many cells as the header.
  public mutating func add(_ cells: [String], tone: Tone = .plain) {
    precondition(cells.count == header.count, "\(cells.count) cells under a header of \(header.count)")
    rows.append(Row(cells: cells, tone: tone))
  }
}
