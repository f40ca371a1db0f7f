/// Which of all rows are this process's: one range, so that every row has a number that all processes agree on.
public struct RowPartition: Sendable {
  /// The processes that share the rows.
  public let communicator: any Communicator
  /// The number, among all rows, of this process's first.
  public let firstRow: Int
  /// How many rows this process has.
  public let rows: Int
  /// n, the rows of all processes.
  public let totalRows: Int
  /// How many rows each process has, by rank.
  private let counts: [Int]

  /// All rows in one process.
  public init(wholeOf rows: Int) {
    communicator = SingleProcess()
    firstRow = 0
    self.rows = rows
    totalRows = rows
    counts = [rows]
  }

  /// `rows` rows in this process, which follow those of the ranks below it. Every rank makes this call.
  ///
  /// - Throws: What the communicator throws.
  public init(rows: Int, of communicator: any Communicator) throws {
    counts = try communicator.gather(Double(rows)).map { Int($0) }
    self.communicator = communicator
    firstRow = counts[..<communicator.rank].reduce(0, +)
    self.rows = rows
    totalRows = counts.reduce(0, +)
  }

  /// The rank that has a row, by the row's number among all, and the row's number there.
  ///
  /// - Precondition: There is such a row.
  public func place(of row: Int) -> (rank: Int, row: Int) {
    precondition(row >= 0 && row < totalRows, "row \(row) of \(totalRows)")
    var row = row
    for (rank, count) in counts.enumerated() {
      if row < count { return (rank, row) }
      row -= count
    }
    preconditionFailure("counts don't add up")
  }

  /// The numbers of this process's rows among all.
  var range: Range<Int> { firstRow..<firstRow + rows }

  /// Those of `rows`, numbered among all rows, that are this process's, in its own numbers from 0; may be empty.
  func local(_ rows: Range<Int>) -> Range<Int> {
    let own = rows.clamped(to: range)
    return own.lowerBound - firstRow..<own.upperBound - firstRow
  }
}
