/// L-BFGS on top of a metric: directions from the last steps and an approximate inverse of the Hessian.
///
/// Nocedal & Wright, "Numerical Optimization", algorithm 7.4, with H₀ = γ·P⁻¹, where P approximates the Hessian.
struct QuasiNewton {
  /// −P⁻¹·gradient.
  private let descent: ([Double]) -> [Double]
  private let isScaled: Bool
  private let memory: Int
  private var steps: [[Double]] = []
  private var changes: [[Double]] = []
  private var curvatures: [Double] = []

  /// P is the factored Hessian of a sample, which has the right size: γ is 1.
  init(_ preconditioner: NewtonStep) {
    descent = preconditioner.direction
    isScaled = true
    memory = 12
  }

  /// P is diagonal, and γ makes it agree with the last step (formula 7.20, in the metric of P).
  ///
  /// - Precondition: Every element is above 0.
  init(diagonal: [Double], memory: Int) {
    descent = { gradient in zip(gradient, diagonal).map { -$0 / $1 } }
    isScaled = false
    self.memory = memory
  }

  /// Whether no step is remembered.
  var isEmpty: Bool { steps.isEmpty }

  /// Forgets all steps.
  mutating func forget() {
    steps = []
    changes = []
    curvatures = []
  }

  /// A direction of descent at the given gradient.
  func direction(_ gradient: [Double]) -> [Double] {
    var q = gradient
    var alphas = [Double](repeating: 0, count: steps.count)
    for k in steps.indices.reversed() {
      alphas[k] = dot(steps[k], q) / curvatures[k]
      add(-alphas[k], changes[k], to: &q)
    }
    var r = descent(q)
    if !isScaled, let change = changes.last, let curvature = curvatures.last {
      let gamma = -curvature / dot(change, descent(change))
      for j in r.indices { r[j] *= gamma }
    }
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
