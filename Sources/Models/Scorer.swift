/// Scores feature vectors: the scaler folded into the coefficients, so that a score is one dot product.
public struct Scorer: Sendable {
  /// Coefficients of the raw features; of a model of sparse rows, one for each of its columns.
  public let weights: [Double]
  public let intercept: Double
  /// How log-odds become probabilities; nil for the logistic function alone.
  public let calibration: Calibration?

  public init(model: LinearModel, scaling: FeatureScaling, calibration: Calibration? = nil) {
    self.calibration = calibration
    if let columns = model.sparse {
      (weights, intercept) = (Self.sparseWeights(model, scaling, columns), model.intercept)
      return
    }
    weights = zip(model.coefficients, scaling.scale).map { $0 / $1 }
    intercept = zip(weights, scaling.mean).reduce(model.intercept) { $0 - $1.0 * $1.1 }
  }

  public init(_ artifact: ModelArtifact) {
    self.init(model: artifact.model, scaling: artifact.scaling, calibration: artifact.calibration)
  }

  /// The probability that log-odds of this scorer stand for, calibrated where the model is. Rank by the log-odds.
  public func probability(logOdds: Double) -> Double {
    calibration?.probability(logOdds: logOdds) ?? sigmoid(logOdds)
  }

  /// The log-odds of that probability.
  public func calibrated(logOdds: Double) -> Double { calibration?.calibrated(logOdds: logOdds) ?? logOdds }

  /// The log-odds of one raw feature vector.
  ///
  /// - Precondition: the vector has as many numbers as the model has features.
  public func logOdds(_ features: UnsafeBufferPointer<Float>) -> Double {
    precondition(features.count == weights.count, "\(features.count) features for a model of \(weights.count)")
    return weights.withUnsafeBufferPointer { weights in
      var sum = intercept
      for index in weights.indices { sum += weights[index] * Double(features[index]) }
      return sum
    }
  }

  /// The log-odds of each row of a row-major matrix.
  public func logOdds(rows: UnsafeBufferPointer<Float>) -> [Double] {
    let width = weights.count
    precondition(width > 0 && rows.count % width == 0, "\(rows.count) numbers are not whole rows of \(width)")
    return (0..<(rows.count / width)).map { row in
      logOdds(UnsafeBufferPointer(rebasing: rows[(row * width)..<((row + 1) * width)]))
    }
  }

  /// What each feature adds to the log-odds against an average row; with the log-odds of an average row, the model's own
  /// intercept, they add up to the score.
  public func contributions(_ features: some Collection<Float>, mean: [Double]) -> [Double] {
    zip(zip(weights, mean), features).map { $0.0 * (Double($1) - $0.1) }
  }
}
