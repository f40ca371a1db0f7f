/// Where a solver stands, and how it moves on.
struct Iterate {
  /// The parameters, the intercept last.
  var point: [Double]
  /// Objective and derivatives there.
  var value: Objective.Value
  /// How much of the proposed step led there.
  var stepSize = 1.0

  /// Whether `next`, reached by `size` times a step of the given slope, is good enough: the objective falls by a share
  /// of what the slope promises (Armijo) or, where its change drowns in rounding, the gradient gets smaller.
  func accepts(_ next: Objective.Value, size: Double, slope: Double, weight: Double) -> Bool {
    guard next.isFinite else { return false }
    let gain = next.objective - value.objective
    if gain <= 1e-4 * size * slope { return true }
    let rounding = 16 * Double.ulpOfOne * (abs(value.objective) + weight)
    return abs(gain) <= rounding && next.sumOfGradient < value.sumOfGradient
  }
}

extension Objective.Value {
  /// Σ |∇fⱼ|.
  var sumOfGradient: Double { gradient.reduce(0) { $0 + abs($1) } }
}
