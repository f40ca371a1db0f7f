/// Blocks of rows, evenly spread: every `step`-th block of `blockRows` rows, from the first on.
///
/// Samples of the same block size are nested where their steps are multiples of each other. A step of 1 is all rows.
struct RowSample: Equatable {
  /// n, the rows that are sampled from.
  let rows: Int
  /// Rows in a block; the last block may be shorter.
  let blockRows: Int
  /// From one sampled block to the next, in blocks.
  let step: Int

  /// How many blocks are sampled.
  var blocks: Int { ((rows + blockRows - 1) / blockRows + step - 1) / step }

  /// The rows of sampled block `index`.
  subscript(index: Int) -> Range<Int> {
    let start = index * step * blockRows
    return start..<min(rows, start + blockRows)
  }

  /// The sampled blocks in which some of `rows` are.
  func blocks(touching rows: Range<Int>) -> Range<Int> {
    guard !rows.isEmpty else { return 0..<0 }
    let first = (rows.lowerBound / blockRows + step - 1) / step
    return first..<max(first, min(blocks, (rows.upperBound - 1) / blockRows / step + 1))
  }

  /// How many rows are sampled.
  var count: Int {
    guard blocks > 0 else { return 0 }
    return (blocks - 1) * blockRows + self[blocks - 1].count
  }
}
