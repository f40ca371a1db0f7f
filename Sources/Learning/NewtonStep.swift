internal import LinAlg

/// The factored Hessian, damped where that is needed to factor it.
struct NewtonStep {
  private let factor: Cholesky<Double>
  /// What was added to the diagonal, relative to its mean; 0 where the Hessian is safely positive definite.
  let damping: Double

  /// Factors the Hessian given by its lower triangle; where it is not positive definite to working precision
  /// (repeated features and l2 = 0, curvatures that vanish), growing multiples of its mean diagonal are added.
  ///
  /// Nil where not even that helps, because an element is not finite.
  init?(_ hessian: Matrix<Double>) {
    let order = hessian.rows
    var trace = 0.0
    for i in 0..<order { trace += abs(hessian[i, i]) }
    let mean = max(trace / Double(order), Double.leastNormalMagnitude)
    guard mean.isFinite else { return nil }
    var damping = 0.0
    while damping <= 1 {
      var damped = hessian
      for i in 0..<order { damped[i, i] += damping * mean }
      do {
        factor = try Cholesky(damped)
        self.damping = damping
        return
      } catch .notPositiveDefinite {
        damping = damping == 0 ? 1e-12 : damping * 100
      } catch {
        return nil
      }
    }
    return nil
  }

  /// −H⁻¹·gradient.
  func direction(_ gradient: [Double]) -> [Double] {
    factor.solve(gradient).map { -$0 }
  }
}
