/// How the value of a path is chosen by the losses that its models have on rows not seen.
public enum PenaltyRule: String, Sendable, Codable, CaseIterable {
  /// The value of the least mean loss; of equals, the larger penalty.
  case minimum
  /// The largest penalty whose mean loss is within one standard error of the least: the simplest model that cannot be told
  /// from the best (Breiman et al., "Classification and Regression Trees", 1984).
  case oneStandardError = "one-standard-error"

  /// The index of the value chosen; nil where there is none.
  ///
  /// - Parameter losses: By value, largest penalty first. Without a standard error, it counts as 0.
  public func choice(_ losses: [Estimate]) -> Int? {
    guard var best = losses.indices.first else { return nil }
    for index in losses.indices where losses[index].mean < losses[best].mean { best = index }
    switch self {
    case .minimum:
      return best
    case .oneStandardError:
      let limit = losses[best].mean + (losses[best].standardError ?? 0)
      return losses.firstIndex { $0.mean <= limit }
    }
  }

  /// The mean of a measure over folds.
  public struct Estimate: Sendable, Equatable, Codable {
    public var mean: Double
    /// The standard deviation over folds (of n − 1) divided by the root of their number; nil of fewer than two.
    public var standardError: Double?

    enum CodingKeys: String, CodingKey {
      case mean
      case standardError = "standard_error"
    }

    /// The mean of the values of the folds, each counting the same.
    ///
    /// - Precondition: There is a value.
    public init(_ values: [Double]) {
      precondition(!values.isEmpty, "the mean of no value")
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      self.mean = mean
      guard values.count > 1 else { return }
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      standardError = (squares / (count - 1) / count).squareRoot()
    }
  }
}
