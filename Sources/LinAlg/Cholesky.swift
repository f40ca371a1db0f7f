/// The Cholesky factor L, lower triangular, of a symmetric positive definite matrix A = L·Lᵀ.
public struct Cholesky<Scalar: BLASScalar>: Sendable {
  /// The order n of A.
  public var order: Int { factor.rows }

  /// L in the lower triangle; what is above the diagonal is not defined.
  private let factor: Matrix<Scalar>

  /// Factors the matrix whose lower triangle is given; what is above its diagonal is not read.
  ///
  /// - Throws: `LinAlgError.notPositiveDefinite`, or `.nonFinite` where a NaN or an infinite number is in the lower
  ///   triangle.
  /// - Precondition: `matrix` is square.
  /// - Complexity: O(n³).
  public init(_ matrix: Matrix<Scalar>) throws(LinAlgError) {
    precondition(matrix.rows == matrix.columns, "Cholesky of a \(matrix.rows)×\(matrix.columns) matrix")
    var factor = matrix
    let order = matrix.rows
    // LAPACKE's own check sees NaN but not infinity.
    for i in 0..<order {
      for element in factor.elements[(i * order)...(i * order + i)] where !element.isFinite {
        throw .nonFinite
      }
    }
    BLAS.prepare()
    let info = factor.withMutableView { view in
      order == 0 ? 0 : Scalar.rawPotrf(BLAS.extent(order), view.baseAddress, BLAS.extent(order))
    }
    guard info <= 0 else { throw .notPositiveDefinite(minor: Int(info)) }
    precondition(info == 0, "potrf refused its argument \(-info)")
    self.factor = factor
  }

  /// The solution x of A·x = b.
  ///
  /// - Precondition: `b` has n elements.
  /// - Complexity: O(n²).
  public func solve(_ b: [Scalar]) -> [Scalar] {
    precondition(b.count == order, "a right-hand side of \(b.count) for a system of order \(order)")
    var x = b
    x.withUnsafeMutableBufferPointer { solve(rows: 1, $0) }
    return x
  }

  /// The n×k solution X of A·X = B, `b` being n×k.
  ///
  /// - Precondition: `b` has n rows.
  /// - Complexity: O(n²k).
  public func solve(_ b: Matrix<Scalar>) -> Matrix<Scalar> {
    precondition(b.rows == order, "a right-hand side of \(b.rows)×\(b.columns) for a system of order \(order)")
    var sides = b.transposed().elements
    sides.withUnsafeMutableBufferPointer { solve(rows: b.columns, $0) }
    return Matrix(rows: b.columns, columns: b.rows, elements: sides).transposed()
  }

  /// A⁻¹, both triangles filled.
  ///
  /// - Complexity: O(n³).
  public func inverse() -> Matrix<Scalar> {
    var result = factor
    let order = order
    guard order > 0 else { return result }
    let info = result.withMutableView { view in
      Scalar.rawPotri(BLAS.extent(order), view.baseAddress, BLAS.extent(order))
    }
    // A finished factorisation has no zero on its diagonal, which is all that potri can object to.
    precondition(info == 0, "potri returned \(info)")
    for i in 0..<order {
      for j in (i + 1)..<max(order, i + 1) { result[i, j] = result[j, i] }
    }
    return result
  }

  /// L, zero above the diagonal.
  public var lower: Matrix<Scalar> {
    var result = Matrix<Scalar>(rows: order, columns: order)
    for i in 0..<order {
      for j in 0...i { result[i, j] = factor[i, j] }
    }
    return result
  }

  /// Solves in place for `rows` right-hand sides, one after the other in `sides`.
  private func solve(rows: Int, _ sides: UnsafeMutableBufferPointer<Scalar>) {
    guard let base = sides.baseAddress, rows > 0, order > 0 else { return }
    let n = BLAS.extent(order)
    let info = factor.withView { Scalar.rawPotrs(n, BLAS.extent(rows), $0.baseAddress, n, base, n) }
    precondition(info == 0, "potrs refused its argument \(-info)")
  }
}
