internal import Foundation

/// A test of no difference that stays valid however often one looks: the mixture sequential probability ratio test.
///
/// Under the alternative the difference is drawn from N(0, τ²). With an estimate d of variance V, the likelihood ratio is
/// Λ = √(V / (V + τ²)) · exp(τ²·d² / (2·V·(V + τ²))), 1/Λ is an always-valid p-value, and its inversion a confidence
/// sequence: it holds at all looks at once with its level. τ must not depend on the data; the test is sharpest where the
/// true difference is near τ. It holds asymptotically: V is estimated, and d is taken to gain information as a sum of
/// independent parts does. Johari, Koomen, Pekelis & Walsh, "Always valid inference", Operations Research 2022;
/// Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, "Time-uniform central limit theory and asymptotic confidence
/// sequences", 2021.
public struct MixtureTest: Equatable, Sendable {
  /// τ, in the units of the difference.
  public let scale: Double

  /// - Precondition: `scale` is finite and above 0.
  public init(scale: Double) {
    precondition(scale > 0 && scale.isFinite, "scale of a mixture test: \(scale)")
    self.scale = scale
  }

  /// min(1, 1/Λ); the p-value of several looks is the smallest of theirs. 1 where the variance is 0.
  public func pValue(difference d: Double, variance v: Double) -> Double {
    guard v > 0 else { return 1 }
    let tau = scale * scale
    let logRatio = 0.5 * log(v / (v + tau)) + tau * d * d / (2 * v * (v + tau))
    return min(1, exp(-logRatio))
  }

  /// Half the width of the confidence sequence of level 1 − α; infinite where the variance is 0.
  public func halfWidth(variance v: Double, alpha: Double) -> Double {
    guard v > 0 else { return .infinity }
    let tau = scale * scale
    return (2 * v * (v + tau) / tau * (log(1 / alpha) + 0.5 * log((v + tau) / v))).squareRoot()
  }

  /// The largest variance at which a true difference of `effect` is found with that power.
  public func variance(toFind effect: Double, alpha: Double, power: Double) -> Double {
    let z = normalQuantile(power)
    var (low, high) = (0.0, effect * effect)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      guard middle > low, middle < high else { break }
      if effect - z * middle.squareRoot() >= halfWidth(variance: middle, alpha: alpha) {
        low = middle
      } else {
        high = middle
      }
    }
    return low
  }
}
