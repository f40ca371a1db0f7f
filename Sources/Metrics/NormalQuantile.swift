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

/// The share of the standard normal distribution above z.
func normalTail(_ z: Double) -> Double { 0.5 * erfc(z / 2.0.squareRoot()) }

/// The quantile of Student's distribution, 0.5 < p < 1, with 1 degree of freedom or more.
///
/// By bisection on the distribution function and good to some 1e-12 in relative terms.
func studentQuantile(_ p: Double, freedom: Double) -> Double {
  precondition(p > 0.5 && p < 1 && freedom >= 1, "Student's quantile of \(p) at \(freedom) degrees of freedom")
  var low = 0.0
  var high = 1.0
  while studentTail(high, freedom: freedom) > 1 - p {
    low = high
    high *= 2
  }
  for _ in 0..<60 {
    let middle = (low + high) / 2
    if studentTail(middle, freedom: freedom) > 1 - p { low = middle } else { high = middle }
  }
  return (low + high) / 2
}

/// The share of Student's distribution above t ≥ 0: ½ I(ν / (ν + t²); ν/2, ½).
///
/// The incomplete beta function by its continued fraction, as in Press et al., "Numerical Recipes", 3rd edition, 6.4.
func studentTail(_ t: Double, freedom: Double) -> Double {
  let (a, b) = (freedom / 2, 0.5)
  let x = freedom / (freedom + t * t)
  guard x < 1 else { return 0.5 }
  let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
  return x < (a + 1) / (a + b + 2)
    ? 0.5 * front * betaFraction(a, b, x) / a : 0.5 * (1 - front * betaFraction(b, a, 1 - x) / b)
}

private func betaFraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
  let tiny = 1e-300
  var c = 1.0
  var d = 1 - (a + b) * x / (a + 1)
  d = 1 / (abs(d) < tiny ? tiny : d)
  var fraction = d
  for step in 1...10_000 {
    let m = Double(step)
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 + even * d
    d = 1 / (abs(d) < tiny ? tiny : d)
    c = 1 + even / c
    c = abs(c) < tiny ? tiny : c
    fraction *= d * c
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 + odd * d
    d = 1 / (abs(d) < tiny ? tiny : d)
    c = 1 + odd / c
    c = abs(c) < tiny ? tiny : c
    fraction *= d * c
    if abs(d * c - 1) < 1e-15 { break }
  }
  return fraction
}
