/// A linear model of the *scaled* features: log-odds = Σⱼ weights[j]·(xⱼ − meanⱼ)/scaleⱼ + intercept.
public struct Coefficients: Sendable, Equatable, Codable {
  /// One weight for each feature, in the order of the columns.
  public var weights: [Double]
  /// The log-odds of a row whose features are all at their means.
  public var intercept: Double

  /// The model with the given weights and intercept.
  public init(weights: [Double], intercept: Double) {
    self.weights = weights
    self.intercept = intercept
  }

  /// Zeros for `features` features: every row at even odds.
  public static func zeros(_ features: Int) -> Coefficients {
    Coefficients(weights: [Double](repeating: 0, count: features), intercept: 0)
  }
}
