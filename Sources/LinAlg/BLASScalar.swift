internal import COpenBLAS

/// `Float` or `Double`: the element types that BLAS and LAPACK know.
///
/// The requirements are the raw C calls, all row-major with 32-bit extents, so that the checked calls in `BLAS` and
/// `Cholesky` are written once. Call those instead.
public protocol BLASScalar: BinaryFloatingPoint, Sendable {
  /// y ← α·op(A)·x + β·y.
  static func rawGemv(
    transposed: Bool, _ rows: Int32, _ columns: Int32, _ alpha: Self, _ a: UnsafePointer<Self>, _ lda: Int32,
    _ x: UnsafePointer<Self>, _ beta: Self, _ y: UnsafeMutablePointer<Self>)
  /// C ← α·op(A)·op(B) + β·C, C being m×n and the inner extent k.
  static func rawGemm(
    transposedA: Bool, transposedB: Bool, _ m: Int32, _ n: Int32, _ k: Int32, _ alpha: Self,
    _ a: UnsafePointer<Self>, _ lda: Int32, _ b: UnsafePointer<Self>, _ ldb: Int32, _ beta: Self,
    _ c: UnsafeMutablePointer<Self>, _ ldc: Int32)
  /// The lower triangle of C ← α·AᵀA + β·C, A being k×n.
  static func rawSyrk(
    _ n: Int32, _ k: Int32, _ alpha: Self, _ a: UnsafePointer<Self>, _ lda: Int32, _ beta: Self,
    _ c: UnsafeMutablePointer<Self>, _ ldc: Int32)
  /// Replaces the lower triangle of A by L with A = L·Lᵀ. Returns LAPACK's info.
  static func rawPotrf(_ n: Int32, _ a: UnsafeMutablePointer<Self>, _ lda: Int32) -> Int32
  /// Solves L·Lᵀ·X = B in place, B's right-hand sides being its rows. Returns LAPACK's info.
  static func rawPotrs(
    _ n: Int32, _ sides: Int32, _ l: UnsafePointer<Self>, _ lda: Int32, _ b: UnsafeMutablePointer<Self>,
    _ ldb: Int32
  ) -> Int32
  /// Replaces the lower triangle L by that of (L·Lᵀ)⁻¹. Returns LAPACK's info.
  static func rawPotri(_ n: Int32, _ a: UnsafeMutablePointer<Self>, _ lda: Int32) -> Int32
}

// LAPACKE's row-major calls copy and transpose. A row-major lower triangle is a column-major upper one, so the
// column-major calls with 'U' do the same without a copy.
private let upper = Int8(UInt8(ascii: "U"))

extension Float: BLASScalar {
  public static func rawGemv(
    transposed: Bool, _ rows: Int32, _ columns: Int32, _ alpha: Float, _ a: UnsafePointer<Float>, _ lda: Int32,
    _ x: UnsafePointer<Float>, _ beta: Float, _ y: UnsafeMutablePointer<Float>
  ) {
    cblas_sgemv(
      CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, rows, columns, alpha, a, lda, x, 1, beta, y, 1)
  }

  public static func rawGemm(
    transposedA: Bool, transposedB: Bool, _ m: Int32, _ n: Int32, _ k: Int32, _ alpha: Float,
    _ a: UnsafePointer<Float>, _ lda: Int32, _ b: UnsafePointer<Float>, _ ldb: Int32, _ beta: Float,
    _ c: UnsafeMutablePointer<Float>, _ ldc: Int32
  ) {
    cblas_sgemm(
      CblasRowMajor, transposedA ? CblasTrans : CblasNoTrans, transposedB ? CblasTrans : CblasNoTrans, m, n, k,
      alpha, a, lda, b, ldb, beta, c, ldc)
  }

  public static func rawSyrk(
    _ n: Int32, _ k: Int32, _ alpha: Float, _ a: UnsafePointer<Float>, _ lda: Int32, _ beta: Float,
    _ c: UnsafeMutablePointer<Float>, _ ldc: Int32
  ) {
    cblas_ssyrk(CblasRowMajor, CblasLower, CblasTrans, n, k, alpha, a, lda, beta, c, ldc)
  }

  public static func rawPotrf(_ n: Int32, _ a: UnsafeMutablePointer<Float>, _ lda: Int32) -> Int32 {
    LAPACKE_spotrf(LAPACK_COL_MAJOR, upper, n, a, lda)
  }

  public static func rawPotrs(
    _ n: Int32, _ sides: Int32, _ l: UnsafePointer<Float>, _ lda: Int32, _ b: UnsafeMutablePointer<Float>,
    _ ldb: Int32
  ) -> Int32 {
    LAPACKE_spotrs(LAPACK_COL_MAJOR, upper, n, sides, l, lda, b, ldb)
  }

  public static func rawPotri(_ n: Int32, _ a: UnsafeMutablePointer<Float>, _ lda: Int32) -> Int32 {
    LAPACKE_spotri(LAPACK_COL_MAJOR, upper, n, a, lda)
  }
}

extension Double: BLASScalar {
  public static func rawGemv(
    transposed: Bool, _ rows: Int32, _ columns: Int32, _ alpha: Double, _ a: UnsafePointer<Double>, _ lda: Int32,
    _ x: UnsafePointer<Double>, _ beta: Double, _ y: UnsafeMutablePointer<Double>
  ) {
    cblas_dgemv(
      CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, rows, columns, alpha, a, lda, x, 1, beta, y, 1)
  }

  public static func rawGemm(
    transposedA: Bool, transposedB: Bool, _ m: Int32, _ n: Int32, _ k: Int32, _ alpha: Double,
    _ a: UnsafePointer<Double>, _ lda: Int32, _ b: UnsafePointer<Double>, _ ldb: Int32, _ beta: Double,
    _ c: UnsafeMutablePointer<Double>, _ ldc: Int32
  ) {
    cblas_dgemm(
      CblasRowMajor, transposedA ? CblasTrans : CblasNoTrans, transposedB ? CblasTrans : CblasNoTrans, m, n, k,
      alpha, a, lda, b, ldb, beta, c, ldc)
  }

  public static func rawSyrk(
    _ n: Int32, _ k: Int32, _ alpha: Double, _ a: UnsafePointer<Double>, _ lda: Int32, _ beta: Double,
    _ c: UnsafeMutablePointer<Double>, _ ldc: Int32
  ) {
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, n, k, alpha, a, lda, beta, c, ldc)
  }

  public static func rawPotrf(_ n: Int32, _ a: UnsafeMutablePointer<Double>, _ lda: Int32) -> Int32 {
    LAPACKE_dpotrf(LAPACK_COL_MAJOR, upper, n, a, lda)
  }

  public static func rawPotrs(
    _ n: Int32, _ sides: Int32, _ l: UnsafePointer<Double>, _ lda: Int32, _ b: UnsafeMutablePointer<Double>,
    _ ldb: Int32
  ) -> Int32 {
    LAPACKE_dpotrs(LAPACK_COL_MAJOR, upper, n, sides, l, lda, b, ldb)
  }

  public static func rawPotri(_ n: Int32, _ a: UnsafeMutablePointer<Double>, _ lda: Int32) -> Int32 {
    LAPACKE_dpotri(LAPACK_COL_MAJOR, upper, n, a, lda)
  }
}
