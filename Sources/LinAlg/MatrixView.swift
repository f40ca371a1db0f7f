/// A borrowed, read-only, row-major `rows × columns` matrix over memory that somebody else owns.
///
/// Element (i, j) is at `baseAddress[i * rowStride + j]`. The memory may be an array's, or a mapped file's; the owner
/// keeps it alive and unchanged for as long as the view is in use.
public struct MatrixView<Scalar: BLASScalar>: @unchecked Sendable {
  // Sendable without a lock: the memory is only ever read through a view.

  /// The first element of the first row.
  public let baseAddress: UnsafePointer<Scalar>
  /// How many rows there are.
  public let rows: Int
  /// How many columns there are.
  public let columns: Int
  /// Elements from the start of one row to the start of the next; at least `columns`.
  public let rowStride: Int

  /// A view of `rows × columns` elements, `rowStride` elements apart from row to row.
  ///
  /// - Precondition: No extent is negative, and `rowStride >= columns`.
  public init(baseAddress: UnsafePointer<Scalar>, rows: Int, columns: Int, rowStride: Int) {
    precondition(rows >= 0 && columns >= 0, "a matrix of \(rows)×\(columns)")
    precondition(rowStride >= columns, "a row stride of \(rowStride) under \(columns) columns")
    self.baseAddress = baseAddress
    self.rows = rows
    self.columns = columns
    self.rowStride = rowStride
  }

  /// The element in row `row`, column `column`.
  ///
  /// - Precondition: Both are inside the matrix.
  public subscript(row: Int, column: Int) -> Scalar {
    precondition(
      row >= 0 && row < rows && column >= 0 && column < columns,
      "element (\(row), \(column)) of a \(rows)×\(columns) matrix")
    return baseAddress[row * rowStride + column]
  }

  /// The rows in `range`, over the same memory.
  ///
  /// - Precondition: The range is inside the matrix.
  public func rows(_ range: Range<Int>) -> MatrixView {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
    return MatrixView(
      baseAddress: baseAddress + range.lowerBound * rowStride, rows: range.count, columns: columns,
      rowStride: rowStride)
  }
}
