internal import Foundation

/// How many users a comparison of two variants needs: the normal approximation with the variance of either hypothesis.
///
/// With n users a variant, power = Φ((δ√n − z·σ₀) / σ₁) + Φ((−δ√n − z·σ₀) / σ₁), where z = Φ⁻¹(1 − α/2). For shares σ₀² is
/// 2·p̄·(1 − p̄) and σ₁² is p₁·(1 − p₁) + p₂·(1 − p₂); with a standard deviation both are 2·s². So do statsmodels'
/// `power_proportions_2indep` and, but for its t, `TTestIndPower`.
public struct PowerAnalysis: Equatable, Sendable {
  /// The metric's value without the change: a share of users, or a mean where ``standardDeviation`` is given.
  public var baseline: Double
  /// Of the metric over users; nil for a share.
  public var standardDeviation: Double?
  /// Two-sided, of all comparisons together.
  public var alpha: Double
  /// Treatments that are compared with the control: each gets α over their number (Bonferroni).
  public var comparisons: Int

  public init(baseline: Double, standardDeviation: Double? = nil, alpha: Double = 0.05, comparisons: Int = 1) {
    self.baseline = baseline
    self.standardDeviation = standardDeviation
    self.alpha = alpha
    self.comparisons = comparisons
  }

  /// α of one comparison.
  public var comparisonAlpha: Double { alpha / Double(comparisons) }

  /// The variances of the difference for one user a variant, without and with the effect.
  private func variances(effect: Double) -> (null: Double, alternative: Double) {
    if let standardDeviation {
      return (2 * standardDeviation * standardDeviation, 2 * standardDeviation * standardDeviation)
    }
    let (p, q) = (baseline, baseline + effect)
    let middle = (p + q) / 2
    return (2 * middle * (1 - middle), p * (1 - p) + q * (1 - q))
  }

  /// The chance that `users` in each variant show an effect (absolute) as significant.
  public func power(effect: Double, users: Double) -> Double {
    let (null, alternative) = variances(effect: effect)
    let critical = -normalQuantile(comparisonAlpha / 2) * null.squareRoot()
    let (shift, spread) = (abs(effect) * users.squareRoot(), alternative.squareRoot())
    return normalProbability(below: (shift - critical) / spread)
      + normalProbability(below: (-shift - critical) / spread)
  }

  /// The least number of users in each variant that reaches the power, not rounded; infinite without an effect.
  public func users(effect: Double, power wanted: Double) -> Double {
    guard effect != 0 else { return .infinity }
    return bisect(from: 1e-6, to: 1e15) { power(effect: effect, users: $0) >= wanted }
  }

  /// The smallest effect (absolute, upwards) that `users` in each variant show with the power; nil where even the largest
  /// does not do.
  public func effect(users: Double, power wanted: Double) -> Double? {
    let largest = standardDeviation.map { 1000 * $0 } ?? (1 - baseline)
    guard power(effect: largest, users: users) >= wanted else { return nil }
    return bisect(from: largest * 1e-12, to: largest) { power(effect: $0, users: users) >= wanted }
  }

  /// The users in each variant with which the always-valid test finds the effect with the power, when tuned to it.
  public func sequentialUsers(effect: Double, power wanted: Double) -> Double {
    guard effect != 0 else { return .infinity }
    let variance = MixtureTest(scale: abs(effect)).variance(
      toFind: abs(effect), alpha: comparisonAlpha, power: wanted)
    return variances(effect: effect).alternative / variance
  }

  /// The least argument for which `holds` is true, when it is for all behind it.
  private func bisect(from low: Double, to high: Double, _ holds: (Double) -> Bool) -> Double {
    var (low, high) = (log(low), log(high))
    for _ in 0..<200 {
      let middle = (low + high) / 2
      guard middle > low, middle < high else { break }
      if holds(exp(middle)) { high = middle } else { low = middle }
    }
    return exp(high)
  }
}
