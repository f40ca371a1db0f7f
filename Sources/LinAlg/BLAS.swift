internal import COpenBLAS

/// Checked calls into OpenBLAS on row-major matrices.
///
/// Shapes and BLAS's 32-bit extents are checked here, once; a wrong shape is the caller's bug and stops the program
/// with the shapes in its message. An empty inner extent is a sum over nothing, so that only β·y or β·C remains;
/// β = 0 overwrites, whatever was there. NaN and infinity spread as in the formula.
///
/// OpenBLAS runs on one thread unless `setThreads(_:)` says otherwise: work is spread over cores above it
/// (`Parallel`), which keeps results the same at any thread count.
public enum BLAS {
  /// Set once, before the first call: OpenBLAS starts with a thread per core.
  private static let oneThread: Void = openblas_set_num_threads(1)

  /// How many threads OpenBLAS uses for one call.
  public static var threads: Int {
    _ = oneThread
    return Int(openblas_get_num_threads())
  }

  /// Sets how many threads OpenBLAS uses for one call, in the whole process.
  ///
  /// More than one makes results depend on the count; set it back to 1 when the large call is over.
  ///
  /// - Precondition: `count >= 1`.
  public static func setThreads(_ count: Int) {
    precondition(count >= 1, "\(count) BLAS threads")
    _ = oneThread
    openblas_set_num_threads(extent(count))
  }

  /// What OpenBLAS says about itself: version, build options, and the processor kernels it chose.
  public static var configuration: String {
    String(cString: openblas_get_config()) + " / " + String(cString: openblas_get_corename())
  }

  /// y ← α·op(A)·x + β·y, where op(A) is A (m×n) or its transpose.
  ///
  /// - Precondition: x and y have the extents that op(A) asks for, and no extent is above `Int32.max`.
  /// - Complexity: O(mn).
  public static func gemv<Scalar: BLASScalar>(
    alpha: Scalar = 1, _ a: MatrixView<Scalar>, transposed: Bool = false, _ x: UnsafeBufferPointer<Scalar>,
    beta: Scalar = 0, into y: UnsafeMutableBufferPointer<Scalar>
  ) {
    let (outer, inner) = transposed ? (a.columns, a.rows) : (a.rows, a.columns)
    precondition(
      x.count == inner && y.count == outer,
      "gemv: op(A) is \(outer)×\(inner), x has \(x.count) elements, y \(y.count)")
    _ = oneThread
    guard outer > 0 else { return }
    guard inner > 0, let x = x.baseAddress, let y = y.baseAddress else {
      for i in y.indices { y[i] = beta == 0 ? 0 : beta * y[i] }
      return
    }
    Scalar.rawGemv(
      transposed: transposed, extent(a.rows), extent(a.columns), alpha, a.baseAddress, extent(a.rowStride), x, beta,
      y)
  }

  /// C ← α·op(A)·op(B) + β·C.
  ///
  /// - Precondition: The shapes of op(A), op(B) and C fit together, and no extent is above `Int32.max`.
  /// - Complexity: O(mnk).
  public static func gemm<Scalar: BLASScalar>(
    alpha: Scalar = 1, _ a: MatrixView<Scalar>, transposedA: Bool = false, _ b: MatrixView<Scalar>,
    transposedB: Bool = false, beta: Scalar = 0, into c: MutableMatrixView<Scalar>
  ) {
    let (m, k) = transposedA ? (a.columns, a.rows) : (a.rows, a.columns)
    let (kb, n) = transposedB ? (b.columns, b.rows) : (b.rows, b.columns)
    precondition(
      k == kb && c.rows == m && c.columns == n,
      "gemm: op(A) is \(m)×\(k), op(B) is \(kb)×\(n), C is \(c.rows)×\(c.columns)")
    _ = oneThread
    guard m > 0 && n > 0 else { return }
    guard k > 0 else { return scale(c, by: beta, lowerOnly: false) }
    Scalar.rawGemm(
      transposedA: transposedA, transposedB: transposedB, extent(m), extent(n), extent(k), alpha, a.baseAddress,
      extent(a.rowStride), b.baseAddress, extent(b.rowStride), beta, c.baseAddress, extent(c.rowStride))
  }

  /// The lower triangle, diagonal included, of C ← α·AᵀA + β·C; the rest of C is left as it is.
  ///
  /// A is k×n, C is n×n.
  ///
  /// - Precondition: C is square and as wide as A, and no extent is above `Int32.max`.
  /// - Complexity: O(n²k).
  public static func syrk<Scalar: BLASScalar>(
    alpha: Scalar = 1, _ a: MatrixView<Scalar>, beta: Scalar = 0, into c: MutableMatrixView<Scalar>
  ) {
    precondition(
      c.rows == a.columns && c.columns == a.columns,
      "syrk: A is \(a.rows)×\(a.columns), C is \(c.rows)×\(c.columns)")
    _ = oneThread
    guard a.columns > 0 else { return }
    guard a.rows > 0 else { return scale(c, by: beta, lowerOnly: true) }
    Scalar.rawSyrk(
      extent(a.columns), extent(a.rows), alpha, a.baseAddress, extent(a.rowStride), beta, c.baseAddress,
      extent(c.rowStride))
  }

  /// `value` as BLAS and LAPACK want it, with their threads set.
  ///
  /// - Precondition: `value` fits into 32 bits.
  static func extent(_ value: Int) -> Int32 {
    guard let extent = Int32(exactly: value) else {
      preconditionFailure("an extent of \(value) is above what 32-bit BLAS can address (\(Int32.max))")
    }
    return extent
  }

  /// Makes sure that OpenBLAS's own threads are off before LAPACK is called.
  static func prepare() { _ = oneThread }

  private static func scale<Scalar: BLASScalar>(
    _ c: MutableMatrixView<Scalar>, by beta: Scalar, lowerOnly: Bool
  ) {
    for i in 0..<c.rows {
      let row = c.baseAddress + i * c.rowStride
      for j in 0..<(lowerOnly ? i + 1 : c.columns) { row[j] = beta == 0 ? 0 : beta * row[j] }
    }
  }
}
