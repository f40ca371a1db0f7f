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

  /// All rows in one process.
  public init(wholeOf rows: Int) {
    communicator = SingleProcess()
    firstRow = 0
    self.rows = rows
    totalRows = rows
  }

  /// `rows` rows in this process, which follow those of the ranks below it. Every rank makes this call.
  ///
  /// - Throws: What the communicator throws.
  public init(rows: Int, of communicator: any Communicator) throws {
    let counts = try communicator.gather(Double(rows)).map { Int($0) }
    self.communicator = communicator
    firstRow = counts[..<communicator.rank].reduce(0, +)
    self.rows = rows
    totalRows = counts.reduce(0, +)
  }

  /// The numbers of this process's rows among all.
  var range: Range<Int> { firstRow..<firstRow + rows }

  /// Those of `rows`, numbered among all rows, that are this process's, in its own numbers from 0; may be empty.
  func local(_ rows: Range<Int>) -> Range<Int> {
    let own = rows.clamped(to: range)
    return own.lowerBound - firstRow..<own.upperBound - firstRow
  }
}
