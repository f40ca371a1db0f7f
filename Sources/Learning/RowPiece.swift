/// The pieces in which rows are read one after the other: 1 MiB each. A function of the width alone, so that sums made
/// piece by piece are the same bytes wherever the rows are.
enum RowPiece {
  /// Rows in a piece: a multiple of 8.
  static func rows(columns: Int) -> Int { max(64, 262_144 / max(1, columns) / 8 * 8) }

  /// `rows` cut into pieces, in order.
  static func cut(_ rows: Range<Int>, columns: Int) -> some Sequence<Range<Int>> {
    let size = Self.rows(columns: columns)
    return stride(from: rows.lowerBound, to: rows.upperBound, by: size).lazy.map {
      $0..<min($0 + size, rows.upperBound)
    }
  }
}
