internal import Foundation

/// Why scores cannot be calibrated.
public enum CalibrationError: Error, Equatable, CustomStringConvertible {
  /// No row, or rows of one class only.
  case oneClass(positives: Double, negatives: Double)
  /// A score that is NaN or infinite.
  case nonFinite(row: Int)
  /// The best sigmoid does not rise with the score: what ranks higher is not more likely positive.
  case notRising(slope: Double)

  public var description: String {
    switch self {
    case .oneClass(let positives, let negatives):
      "the rows to calibrate on weigh \(positives) positive and \(negatives) negative; both classes are needed"
    case .nonFinite(let row): "row \(row) to calibrate on has a score that is not finite"
    case .notRising(let slope):
      "on the rows to calibrate on, positives are not more likely at higher scores (slope \(slope)); a model that does "
        + "not rank cannot be calibrated"
    }
  }
}

/// Platt's calibration: the sigmoid σ(slope·z + intercept) of a score z that fits labels best.
///
///     minimise Σ wᵢ (log(1 + exp(sᵢ)) − tᵢ sᵢ),   sᵢ = slope·zᵢ + intercept
///     tᵢ = (N₊ + 1) / (N₊ + 2) for a positive, 1 / (N₋ + 2) for a negative
///
/// The targets tᵢ stay off 0 and 1 as in Platt's paper and scikit-learn's `CalibratedClassifierCV(method="sigmoid")`;
/// N₊ and N₋ are the sums of the weights. Newton's method with step halving; the function is convex.
///
/// Platt, "Probabilistic outputs for support vector machines", 1999; Lin, Lin & Weng, Machine Learning 68, 2007.
public struct PlattScaling: Equatable, Sendable {
  /// How much the calibrated log-odds rise with the score; above 0.
  public let slope: Double
  /// The calibrated log-odds at score 0.
  public let intercept: Double

  /// Fits the sigmoid.
  ///
  /// - Parameters:
  ///   - scores: finite numbers, such as log-odds.
  ///   - labels: 0 or 1 for each row.
  ///   - weights: a weight for each row, 0 or more; nil for 1 each.
  /// - Throws: ``CalibrationError``.
  /// - Complexity: O(n) an iteration, about ten of them.
  public init(
    scores: [Double], labels: UnsafeBufferPointer<UInt8>, weights: UnsafeBufferPointer<Float>? = nil
  ) throws(CalibrationError) {
    precondition(labels.count == scores.count && weights?.count ?? scores.count == scores.count)
    let fit = SigmoidFit(scores: scores, labels: labels, weights: weights)
    if let row = scores.firstIndex(where: { !$0.isFinite }) { throw .nonFinite(row: row) }
    guard fit.positives > 0, fit.negatives > 0 else {
      throw .oneClass(positives: fit.positives, negatives: fit.negatives)
    }
    (slope, intercept) = fit.minimum()
    guard slope > 0 else { throw .notRising(slope: slope) }
  }
}

/// The objective of Platt's calibration and its minimum.
private struct SigmoidFit {
  let scores: [Double]
  let labels: UnsafeBufferPointer<UInt8>
  let weights: UnsafeBufferPointer<Float>?
  private(set) var positives = 0.0
  private(set) var negatives = 0.0

  init(scores: [Double], labels: UnsafeBufferPointer<UInt8>, weights: UnsafeBufferPointer<Float>?) {
    self.scores = scores
    self.labels = labels
    self.weights = weights
    for row in scores.indices {
      if labels[row] != 0 { positives += weight(row) } else { negatives += weight(row) }
    }
  }

  private func weight(_ row: Int) -> Double { weights.map { Double($0[row]) } ?? 1 }

  /// Value, gradient and Hessian in slope and intercept.
  private struct Point {
    var value = 0.0
    var gradient = (0.0, 0.0)
    var hessian = (0.0, 0.0, 0.0)
  }

  private func point(_ slope: Double, _ intercept: Double) -> Point {
    let target = (positive: (positives + 1) / (positives + 2), negative: 1 / (negatives + 2))
    var point = Point()
    for (row, z) in scores.enumerated() {
      let (s, t, w) = (slope * z + intercept, labels[row] != 0 ? target.positive : target.negative, weight(row))
      let e = exp(-abs(s))
      let p = s >= 0 ? 1 / (1 + e) : e / (1 + e)
      point.value += w * (max(s, 0) + log1p(e) - t * s)
      let curvature = w * e / ((1 + e) * (1 + e))
      point.gradient.0 += w * (p - t) * z
      point.gradient.1 += w * (p - t)
      point.hessian.0 += curvature * z * z
      point.hessian.1 += curvature * z
      point.hessian.2 += curvature
    }
    return point
  }

  func minimum() -> (slope: Double, intercept: Double) {
    var (slope, intercept) = (0.0, log((positives + 1) / (negatives + 1)))
    var current = point(slope, intercept)
    for _ in 0..<100 {
      let (a, b, c) = current.hessian
      // Scores that are all the same leave the slope open; the little ridge keeps it where it is.
      let ridge = 1e-12 * (a + c)
      let determinant = (a + ridge) * (c + ridge) - b * b
      guard determinant > 0 else { break }
      let step = (
        ((c + ridge) * current.gradient.0 - b * current.gradient.1) / determinant,
        ((a + ridge) * current.gradient.1 - b * current.gradient.0) / determinant
      )
      var length = 1.0
      var next = point(slope - step.0, intercept - step.1)
      while next.value > current.value, length > 1e-10 {
        length /= 2
        next = point(slope - length * step.0, intercept - length * step.1)
      }
      guard next.value <= current.value else { break }
      slope -= length * step.0
      intercept -= length * step.1
      let settled = abs(step.0) <= 1e-12 * max(1, abs(slope)) && abs(step.1) <= 1e-12 * max(1, abs(intercept))
      current = next
      if settled { break }
    }
    return (slope, intercept)
  }
}
