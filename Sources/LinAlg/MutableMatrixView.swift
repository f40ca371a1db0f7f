/// A borrowed, writable, row-major `rows × columns` matrix: where a BLAS call puts its result.
///
/// Not `Sendable`: whoever writes through it has it alone.
public struct MutableMatrixView<Scalar: BLASScalar> {
  /// The first element of the first row.
  public let baseAddress: UnsafeMutablePointer<Scalar>
  /// How many rows there are.
  public let rows: Int
  /// How many columns there are.
  public let columns: Int
  /// Elements from the start of one row to the start of the next; at least `columns`.
  public let rowStride: Int

  /// A writable view of `rows × columns` elements, `rowStride` elements apart from row to row.
  ///
  /// - Precondition: No extent is negative, and `rowStride >= columns`.
  public init(baseAddress: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int, rowStride: Int) {
    precondition(rows >= 0 && columns >= 0, "a matrix of \(rows)×\(columns)")
    precondition(rowStride >= columns, "a row stride of \(rowStride) under \(columns) columns")
    self.baseAddress = baseAddress
    self.rows = rows
    self.columns = columns
    self.rowStride = rowStride
  }

  /// The same matrix, to read only.
  public var readOnly: MatrixView<Scalar> {
    MatrixView(baseAddress: UnsafePointer(baseAddress), rows: rows, columns: columns, rowStride: rowStride)
  }
}
