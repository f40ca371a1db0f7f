/// A dense row-major `rows × columns` matrix that owns its elements.
///
/// Element (i, j) is `elements[i * columns + j]`.
public struct Matrix<Scalar: BLASScalar>: Sendable, Equatable {
  /// How many rows there are.
  public let rows: Int
  /// How many columns there are.
  public let columns: Int
  /// The elements, row after row.
  public private(set) var elements: [Scalar]

  /// A matrix of zeros.
  ///
  /// - Precondition: No extent is negative.
  public init(rows: Int, columns: Int) {
    precondition(rows >= 0 && columns >= 0, "a matrix of \(rows)×\(columns)")
    self.rows = rows
    self.columns = columns
    elements = [Scalar](repeating: 0, count: rows * columns)
  }

  /// A matrix of the given elements, row after row.
  ///
  /// - Precondition: There are `rows * columns` elements.
  public init(rows: Int, columns: Int, elements: [Scalar]) {
    precondition(rows >= 0 && columns >= 0, "a matrix of \(rows)×\(columns)")
    precondition(elements.count == rows * columns, "\(elements.count) elements for a \(rows)×\(columns) matrix")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// The identity of the given order.
  public static func identity(_ order: Int) -> Matrix {
    var result = Matrix(rows: order, columns: order)
    for i in 0..<order { result[i, i] = 1 }
    return result
  }

  /// The element in row `row`, column `column`.
  ///
  /// - Precondition: Both are inside the matrix.
  public subscript(row: Int, column: Int) -> Scalar {
    get {
      checkIndex(row, column)
      return elements[row * columns + column]
    }
    set {
      checkIndex(row, column)
      elements[row * columns + column] = newValue
    }
  }

  /// The `columns × rows` transpose.
  ///
  /// - Complexity: O(mn).
  public func transposed() -> Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for i in 0..<rows {
      for j in 0..<columns { result.elements[j * rows + i] = elements[i * columns + j] }
    }
    return result
  }

  private func checkIndex(_ row: Int, _ column: Int) {
    precondition(
      row >= 0 && row < rows && column >= 0 && column < columns,
      "element (\(row), \(column)) of a \(rows)×\(columns) matrix")
  }

  /// Calls `body` with a view of the elements; the view must not escape.
  public func withView<Result, Failure: Error>(
    _ body: (MatrixView<Scalar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try elements.withUnsafeBufferPointer { (buffer) throws(Failure) -> Result in
      guard let base = buffer.baseAddress else { return try emptyView(body) }
      return try body(MatrixView(baseAddress: base, rows: rows, columns: columns, rowStride: columns))
    }
  }

  /// Calls `body` with a writable view of the elements; the view must not escape.
  public mutating func withMutableView<Result, Failure: Error>(
    _ body: (MutableMatrixView<Scalar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let (rows, columns) = (rows, columns)
    if elements.isEmpty { elements.reserveCapacity(1) }
    return try elements.withUnsafeMutableBufferPointer { (buffer) throws(Failure) -> Result in
      guard let base = buffer.baseAddress else { preconditionFailure("a reserved array has no memory") }
      return try body(MutableMatrixView(baseAddress: base, rows: rows, columns: columns, rowStride: columns))
    }
  }

  private func emptyView<Result, Failure: Error>(
    _ body: (MatrixView<Scalar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let memory = UnsafeMutablePointer<Scalar>.allocate(capacity: 1)
    defer { memory.deallocate() }
    return try body(
      MatrixView(baseAddress: UnsafePointer(memory), rows: rows, columns: columns, rowStride: columns))
  }
}
