public import LinAlg

/// Rows in memory, such as a mapped file's: a reader only says where they are.
public struct MemoryRows: RowSource {
  private let matrix: MatrixView<Float>

  /// The rows of `matrix`, whose owner keeps them alive and unchanged.
  public init(_ matrix: MatrixView<Float>) { self.matrix = matrix }

  public var rows: Int { matrix.rows }
  public var columns: Int { matrix.columns }
  public func makeReader() -> any RowReader { Reader(matrix) }

  private final class Reader: RowReader {
    private let matrix: MatrixView<Float>

    init(_ matrix: MatrixView<Float>) { self.matrix = matrix }

    var rowStride: Int { matrix.rowStride }
    func read(_ rows: Range<Int>) -> UnsafePointer<Float> { matrix.baseAddress + rows.lowerBound * matrix.rowStride }
  }
}
