/// A fixed cut of `rows` rows into chunks of `chunkRows` (the last may be shorter).
///
/// The cut is a function of the data's shape alone, never of the thread count; sums made per chunk and added in chunk
/// order are therefore the same bytes however many threads there are.
public struct RowChunks: Sendable, Equatable {
  /// How many rows are cut.
  public let rows: Int
  /// Rows in a chunk.
  public let chunkRows: Int

  /// A cut of `rows` rows into chunks of `chunkRows`.
  ///
  /// - Precondition: `rows >= 0` and `chunkRows >= 1`.
  public init(rows: Int, chunkRows: Int) {
    precondition(rows >= 0 && chunkRows >= 1, "\(rows) rows in chunks of \(chunkRows)")
    self.rows = rows
    self.chunkRows = chunkRows
  }

  /// A cut into at most `limit` chunks, each a whole number of blocks of `blockRows` rows (the last may be shorter).
  ///
  /// - Precondition: `rows >= 0`, `blockRows >= 1` and `limit >= 1`.
  public init(rows: Int, blockRows: Int, atMost limit: Int) {
    precondition(blockRows >= 1 && limit >= 1, "at most \(limit) chunks of blocks of \(blockRows)")
    let blocks = (rows + blockRows - 1) / blockRows
    self.init(rows: rows, chunkRows: max(1, (blocks + limit - 1) / limit) * blockRows)
  }

  /// How many chunks there are.
  public var count: Int { (rows + chunkRows - 1) / chunkRows }

  /// The rows of chunk `index`.
  ///
  /// - Precondition: `index` is below `count`.
  public subscript(index: Int) -> Range<Int> {
    precondition(index >= 0 && index < count, "chunk \(index) of \(count)")
    return index * chunkRows..<min(rows, (index + 1) * chunkRows)
  }
}
