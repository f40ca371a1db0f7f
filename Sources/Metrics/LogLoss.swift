import Foundation

/// The logistic loss of probabilities, the weighted mean over rows.
///
///     L = −Σ wᵢ (yᵢ ln pᵢ + (1 − yᵢ) ln(1 − pᵢ)) / Σ wᵢ
///
/// As in scikit-learn's `log_loss`, pᵢ and 1 − pᵢ are first raised to 2⁻⁵², so that a certain and wrong prediction
/// costs 36 and not infinity. `logLoss(logits:labels:weights:threads:)` needs no such clipping: prefer it where the
/// model's raw scores are at hand.
///
/// - Parameters:
///   - probabilities: the predicted probability of label 1 for each row, 0…1.
///   - labels: 0 or 1 for each row.
///   - weights: a weight for each row, 0 or more; nil for 1 each.
///   - threads: how many threads to use; nil for one a core. The result is the same at any number.
/// - Returns: the loss in nats, 0 or more; nil if the weights sum to 0 or there is no row.
/// - Throws: `MetricError` for a probability outside 0…1, a label other than 0 and 1, a weight that is negative or not
///   finite, and arrays of different lengths.
/// - Complexity: O(n).
public func logLoss(
  probabilities: [Double], labels: [UInt8], weights: [Double]? = nil, threads: Int? = nil
) throws(MetricError) -> Double? {
  let threads = threadCount(threads)
  try checkProbabilities(probabilities, threads: threads)
  try checkLabels(labels, rows: probabilities.count)
  return try weightedMean(weights, rows: probabilities.count, threads: threads) { row in
    logLoss(probability: probabilities[row], label: labels[row])
  }
}

/// The logistic loss of raw scores (log-odds), the weighted mean over rows.
///
///     L = Σ wᵢ (max(−mᵢ, 0) + ln(1 + exp(−|mᵢ|))) / Σ wᵢ     with the margin mᵢ = zᵢ if yᵢ = 1, −zᵢ if yᵢ = 0
///
/// Exact to rounding at any finite score: nothing overflows and nothing is clipped.
///
/// - Parameters:
///   - logits: the log-odds of label 1 for each row, finite.
///   - labels: 0 or 1 for each row.
///   - weights: a weight for each row, 0 or more; nil for 1 each.
///   - threads: how many threads to use; nil for one a core. The result is the same at any number.
/// - Returns: the loss in nats, 0 or more; nil if the weights sum to 0 or there is no row.
/// - Throws: `MetricError` for a logit that is not finite, a label other than 0 and 1, a weight that is negative or not
///   finite, and arrays of different lengths.
/// - Complexity: O(n).
public func logLoss(
  logits: [Double], labels: [UInt8], weights: [Double]? = nil, threads: Int? = nil
) throws(MetricError) -> Double? {
  let threads = threadCount(threads)
  try checkScores(logits, threads: threads)
  try checkLabels(labels, rows: logits.count)
  return try weightedMean(weights, rows: logits.count, threads: threads) { row in
    logLoss(logit: logits[row], label: labels[row])
  }
}

/// The loss of one row, clipped.
@inline(__always) func logLoss(probability: Double, label: UInt8) -> Double {
  let chance = label != 0 ? probability : 1 - probability
  return -log(max(.ulpOfOne, min(1 - .ulpOfOne, chance)))
}

/// The loss of one row from its log-odds.
@inline(__always) func logLoss(logit: Double, label: UInt8) -> Double {
  let margin = label != 0 ? logit : -logit
  return max(-margin, 0) + log1p(exp(-abs(margin)))
}

/// Σ wᵢ f(i) / Σ wᵢ, summed by blocks; nil if the weights sum to 0.
func weightedMean(
  _ weights: [Double]?, rows: Int, threads: Int, _ value: (Int) -> Double
) throws(MetricError) -> Double? {
  try checkWeights(weights, rows: rows, threads: threads)
  let blocks = mapBlocks(of: rows, threads: threads, empty: (sum: 0.0, weight: 0.0)) { rows in
    var sum = 0.0
    var total = 0.0
    for row in rows {
      let weight = weights.map { $0[row] } ?? 1
      sum += weight * value(row)
      total += weight
    }
    return (sum, total)
  }
  let total = blocks.reduce(0) { $0 + $1.weight }
  guard total > 0 else { return nil }
  return blocks.reduce(0) { $0 + $1.sum } / total
}
