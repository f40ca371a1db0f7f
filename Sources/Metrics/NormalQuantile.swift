import Foundation

/// The quantile of the standard normal distribution: the z below which a share `p` of it lies, 0 < p < 1.
///
/// Found by Newton's method on the distribution function (`erfc`), which is convex on each side of 0: started at 0 it
/// can't overshoot. Accurate to some 1e-15 in relative terms.
func normalQuantile(_ p: Double) -> Double {
  precondition(p > 0 && p < 1, "normal quantile of \(p); expected a share between 0 and 1")
  if p > 0.5 { return -normalQuantile(1 - p) }
  var z = 0.0
  for _ in 0..<100 {
    let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
    let step = (0.5 * erfc(-z / 2.0.squareRoot()) - p) / density
    z -= step
    if abs(step) <= 1e-15 * abs(z) { break }
  }
  return z
}
