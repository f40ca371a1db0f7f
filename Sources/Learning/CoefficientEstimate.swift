internal import Foundation

/// A coefficient and how sure it is.
public struct CoefficientEstimate: Sendable, Equatable {
  /// The coefficient.
  public let value: Double
  /// Its standard error, at least 0.
  public let standardError: Double

  /// A coefficient with its standard error.
  ///
  /// - Precondition: Both are finite, and the standard error is not negative.
  public init(value: Double, standardError: Double) {
    precondition(
      value.isFinite && standardError.isFinite && standardError >= 0,
      "a coefficient of \(value) with a standard error of \(standardError)")
    self.value = value
    self.standardError = standardError
  }

  /// Wald's z = value / standardError; nil where the standard error is 0.
  public var z: Double? {
    let z = value / standardError
    return z.isFinite ? z : nil
  }

  /// P(|Z| ≥ |z|) for a standard normal Z, if the true coefficient were 0; nil where z is. 0 beyond |z| ≈ 38.
  public var pValue: Double? { z.map { erfc(abs($0) / 2.0.squareRoot()) } }

  /// The 95 % interval value ± 1.96·standardError, of the normal distribution.
  public var interval: ClosedRange<Double> {
    let half = 1.959963984540054 * standardError
    return (value - half)...(value + half)
  }
}
