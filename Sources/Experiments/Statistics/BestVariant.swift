internal import Foundation

/// How probable it is that each variant is the best, and what choosing it may cost.
///
/// The posterior of each value is N(estimate, variance): a flat prior and the delta method over users. The integrals
/// over the variants' densities are by Simpson's rule, so that nothing is drawn.
public struct BestVariant: Equatable, Sendable {
  /// By variant; they add up to 1.
  public let probability: [Double]
  /// By variant, the expected shortfall to the best one, in the metric's units.
  public let expectedLoss: [Double]

  /// - Precondition: at least one estimate, each of variance above 0.
  /// - Complexity: O(k²) for k variants.
  public init(_ arms: [ArmEstimate], lowerIsBetter: Bool) {
    precondition(!arms.isEmpty && arms.allSatisfy { $0.variance > 0 }, "estimates without variance")
    let means = arms.map { lowerIsBetter ? -$0.value : $0.value }
    let errors = arms.map { $0.variance.squareRoot() }
    let steps = 2000
    var probability = [Double](repeating: 0, count: arms.count)
    var largest = 0.0
    for arm in arms.indices {
      // Over ±9 standard errors of this variant, in its own units.
      for step in 0...steps {
        let z = -9 + 18 * Double(step) / Double(steps)
        let x = means[arm] + z * errors[arm]
        let weight = step == 0 || step == steps ? 1.0 : step.isMultiple(of: 2) ? 2 : 4
        var density = weight * normalDensity(z)
        for other in arms.indices where other != arm {
          density *= normalProbability(below: (x - means[other]) / errors[other])
        }
        probability[arm] += density
        largest += density * x
      }
    }
    let total = probability.reduce(0, +)
    self.probability = probability.map { $0 / total }
    expectedLoss = means.map { max(0, largest / total - $0) }
  }
}
