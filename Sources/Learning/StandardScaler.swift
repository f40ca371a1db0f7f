/// Standardisation of features: (x − mean) / scale, with scale the population standard deviation.
///
/// As scikit-learn's `StandardScaler`. A feature that is constant, or not distinguishable from constant in float64,
/// has scale 1.
public struct StandardScaler: Sendable, Equatable, Codable {
  /// The mean of each feature.
  public var mean: [Double]
  /// The standard deviation of each feature, dividing by n; 1 for a constant feature.
  public var scale: [Double]

  /// The scaler with the given means and scales.
  ///
  /// - Precondition: There are as many scales as means.
  public init(mean: [Double], scale: [Double]) {
    precondition(mean.count == scale.count, "\(mean.count) means and \(scale.count) scales")
    self.mean = mean
    self.scale = scale
  }

  /// The scaler that leaves `features` features as they are.
  public static func identity(_ features: Int) -> StandardScaler {
    StandardScaler(
      mean: [Double](repeating: 0, count: features), scale: [Double](repeating: 1, count: features))
  }
}
