internal import Foundation

/// The share of the standard normal distribution below `z`. Relative error some 1e-15 on either tail.
public func normalProbability(below z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }

/// The two-sided p-value of a standard normal statistic: 2·(1 − Φ(|z|)).
public func twoSidedPValue(_ z: Double) -> Double { erfc(abs(z) / 2.0.squareRoot()) }

/// The z below which a share `p` of the standard normal distribution lies, 0 < p < 1.
///
/// Newton's method on `erfc`, from 0, on the convex side: it cannot overshoot.
public func normalQuantile(_ p: Double) -> Double {
  precondition(p > 0 && p < 1, "normal quantile of \(p); expected a share between 0 and 1")
  if p > 0.5 { return -normalQuantile(1 - p) }
  var z = 0.0
  for _ in 0..<100 {
    let step = (normalProbability(below: z) - p) / normalDensity(z)
    z -= step
    if abs(step) <= 1e-15 * abs(z) { break }
  }
  return z
}

func normalDensity(_ z: Double) -> Double { exp(-z * z / 2) / (2 * Double.pi).squareRoot() }

/// The share of the χ² distribution with a whole number of degrees of freedom above `x`: its p-value.
///
/// Finite sums, by the recurrence Q(a + 1, x) = Q(a, x) + xᵃ·e⁻ˣ / Γ(a + 1) from Q(1, x) or Q(½, x).
///
/// - Precondition: `degrees` ≥ 1 and x ≥ 0.
/// - Complexity: O(`degrees`).
public func chiSquareTail(_ x: Double, degrees: Int) -> Double {
  precondition(degrees >= 1 && x >= 0, "χ² tail of \(x) with \(degrees) degrees of freedom")
  guard x > 0 else { return 1 }
  let half = x / 2
  var order = degrees.isMultiple(of: 2) ? 1.0 : 0.5
  var tail = degrees.isMultiple(of: 2) ? exp(-half) : erfc(half.squareRoot())
  while order < Double(degrees) / 2 {
    tail += exp(order * log(half) - half - lgamma(order + 1))
    order += 1
  }
  return min(1, tail)
}

/// The interval of a share after `hits` of `trials`, by Wilson's score: it stays within 0…1 and holds at 0 hits too.
///
/// Wilson, "Probable inference, the law of succession, and statistical inference", JASA 1927.
///
/// - Precondition: `trials` > 0.
public func wilsonInterval(hits: Int, of trials: Int, level: Double = 0.95) -> (low: Double, high: Double) {
  precondition(trials > 0 && (0...trials).contains(hits), "\(hits) of \(trials)")
  let (n, share, z) = (Double(trials), Double(hits) / Double(trials), normalQuantile(0.5 + level / 2))
  let center = (share + z * z / (2 * n)) / (1 + z * z / n)
  let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
  return (hits == 0 ? 0 : center - half, hits == trials ? 1 : center + half)
}
