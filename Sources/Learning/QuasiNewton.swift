/// L-BFGS on top of a preconditioner: directions from the last steps and a factored approximate Hessian.
///
/// Nocedal & Wright, "Numerical Optimization", algorithm 7.4, with H₀ = P⁻¹ for the Hessian P of a sample.
struct QuasiNewton {
  private let preconditioner: NewtonStep
  private var steps: [[Double]] = []
  private var changes: [[Double]] = []
  private var curvatures: [Double] = []
  private let memory = 12

  init(_ preconditioner: NewtonStep) { self.preconditioner = preconditioner }

  /// A direction of descent at the given gradient.
  func direction(_ gradient: [Double]) -> [Double] {
    var q = gradient
    var alphas = [Double](repeating: 0, count: steps.count)
    for k in steps.indices.reversed() {
      alphas[k] = dot(steps[k], q) / curvatures[k]
      add(-alphas[k], changes[k], to: &q)
    }
    var r = preconditioner.direction(q)
    for k in steps.indices {
      // r is a direction, so of the sign opposite to the algorithm's.
      let beta = -dot(changes[k], r) / curvatures[k]
      add(beta - alphas[k], steps[k], to: &r)
    }
    return r
  }

  /// Remembers that `step` changed the gradient by `change`; not where the curvature along it is not positive.
  mutating func remember(step: [Double], change: [Double]) {
    let curvature = dot(step, change)
    guard curvature > 1e-14 * (dot(step, step) * dot(change, change)).squareRoot() else { return }
    if steps.count == memory {
      steps.removeFirst()
      changes.removeFirst()
      curvatures.removeFirst()
    }
    steps.append(step)
    changes.append(change)
    curvatures.append(curvature)
  }
}

/// Σ aᵢbᵢ.
func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for i in a.indices { sum += a[i] * b[i] }
  return sum
}

/// y ← y + αx.
func add(_ alpha: Double, _ x: [Double], to y: inout [Double]) {
  for i in y.indices { y[i] += alpha * x[i] }
}
