internal import LinAlg

/// The inverse of a Hessian, or which coefficient it leaves open.
///
/// H is factored as D·C·D with D² its diagonal, C having ones on its own: what is told from what then does not depend on
/// the units of the features. In the factorisation, which begins with the intercept, the pivot of a feature is the share
/// of its (weighted) variance that neither the intercept nor the features before it explain. A share of 10⁻¹² is a
/// standard deviation of 10⁻⁶: no more than what float32 features leave when one is made from others.
enum InverseHessian {
  /// The largest pivot that counts as none.
  static let smallestPivot = 1e-12

  /// Both triangles of H⁻¹, from the lower triangle of H, whose last row is the intercept's.
  ///
  /// - Throws: `LearningError.undetermined`, for the first feature whose pivot is none.
  /// - Precondition: H is finite.
  /// - Complexity: O(d³).
  static func of(_ hessian: Matrix<Double>) throws(LearningError) -> Matrix<Double> {
    let order = hessian.rows
    // The intercept first, then the features: where place p of the factorisation is in H.
    let places = [order - 1] + (0..<order - 1)
    func fail(at place: Int) -> LearningError { .undetermined(feature: place == 0 ? nil : place - 1) }

    var roots = [Double](repeating: 0, count: order)
    for (place, i) in places.enumerated() {
      guard hessian[i, i] >= Double.leastNormalMagnitude else { throw fail(at: place) }
      roots[i] = hessian[i, i].squareRoot()
    }
    var scaled = Matrix<Double>.identity(order)
    for (p, i) in places.enumerated() {
      for (q, j) in places[..<p].enumerated() {
        scaled[p, q] = hessian[max(i, j), min(i, j)] / roots[i] / roots[j]
      }
    }
    let (factor, open) = try factor(scaled)
    if let open { throw fail(at: open) }
    let inverse = factor.inverse()
    var result = Matrix<Double>(rows: order, columns: order)
    for (p, i) in places.enumerated() {
      for (q, j) in places[...p].enumerated() {
        result[i, j] = inverse[p, q] / roots[i] / roots[j]
        result[j, i] = result[i, j]
      }
    }
    return result
  }
  /// The factor of a matrix with ones on its diagonal, and the first place whose pivot is none; where there is one, the
  /// factor may be of fewer places.
  private static func factor(_ matrix: Matrix<Double>) throws(LearningError) -> (Cholesky<Double>, open: Int?) {
    var leading = matrix
    var open: Int?
    while true {
      do {
        let factor = try Cholesky(leading)
        let lower = factor.lower
        return (factor, (0..<lower.rows).first { lower[$0, $0] * lower[$0, $0] <= smallestPivot } ?? open)
      } catch {
        guard case .notPositiveDefinite(let minor) = error else { throw .overflow("the Hessian") }
        // A pivot before the one at which the factorisation broke off may have been none but for rounding.
        let order = minor - 1
        open = order
        let rows = (0..<order).flatMap { leading.elements[$0 * leading.columns..<$0 * leading.columns + order] }
        leading = Matrix(rows: order, columns: order, elements: rows)
      }
    }
  }

  /// factor·H⁻¹·M·H⁻¹, both triangles, of a symmetric M.
  static func sandwich(_ inverse: Matrix<Double>, _ middle: Matrix<Double>, times factor: Double) -> Matrix<Double> {
    let order = inverse.rows
    var half = Matrix<Double>(rows: order, columns: order)
    var result = half
    inverse.withView { inverse in
      middle.withView { middle in half.withMutableView { BLAS.gemm(inverse, middle, into: $0) } }
      half.withView { half in result.withMutableView { BLAS.gemm(alpha: factor, half, inverse, into: $0) } }
    }
    // Symmetric but for rounding: made so to the bit.
    for i in 0..<order {
      for j in 0..<i { result[j, i] = result[i, j] }
    }
    return result
  }
}
