/// The elastic net ½·l2·‖w‖² + l1·‖w‖₁ over the weights; the intercept is free.
///
/// In scikit-learn's terms C = 1/(l1 + l2) and `l1_ratio` = l1/(l1 + l2); in glmnet's `lambda` = (l1 + l2)/Σc and `alpha` =
/// l1/(l1 + l2).
public struct Penalty: Sendable, Equatable, Codable {
  /// The strength of the lasso's part, l1·‖w‖₁; at least 0.
  public var l1: Double
  /// The strength of ridge's part, ½·l2·‖w‖²; at least 0.
  public var l2: Double

  /// A penalty of both parts.
  public init(l1: Double, l2: Double) {
    self.l1 = l1
    self.l2 = l2
  }

  /// The same penalty for data of another weight.
  func scaled(by factor: Double) -> Penalty { Penalty(l1: l1 * factor, l2: l2 * factor) }

  /// loss + ½·l2·‖w‖² + l1·‖w‖₁ at a point of d + 1 elements, the intercept last.
  func objective(loss: Double, at point: [Double]) -> Double {
    var (squares, sizes) = (0.0, 0.0)
    for weight in point.dropLast() {
      squares += weight * weight
      sizes += abs(weight)
    }
    return loss + 0.5 * l2 * squares + l1 * sizes
  }

  /// The gradient of all but the lasso's part, from that of the loss.
  func smoothGradient(_ loss: [Double], at point: [Double]) -> [Double] {
    guard l2 > 0 else { return loss }
    var gradient = loss
    for j in 0..<(point.count - 1) { gradient[j] += l2 * point[j] }
    return gradient
  }

  /// By how much optimality (Karush, Kuhn & Tucker) is missed: the largest entry of the subgradient of least norm.
  ///
  /// That is |gⱼ + l1·sign wⱼ| where wⱼ ≠ 0, max(|gⱼ| − l1, 0) where wⱼ = 0, and |g| for the intercept, g being the smooth
  /// gradient.
  func violation(_ gradient: [Double], at point: [Double]) -> Double {
    let intercept = point.count - 1
    var largest = abs(gradient[intercept])
    for j in 0..<intercept { largest = max(largest, violation(gradient[j], weight: point[j])) }
    return largest
  }

  /// What one weight adds to `violation(_:at:)`.
  func violation(_ gradient: Double, weight: Double) -> Double {
    weight == 0 ? max(abs(gradient) - l1, 0) : abs(gradient + (weight > 0 ? l1 : -l1))
  }
}
