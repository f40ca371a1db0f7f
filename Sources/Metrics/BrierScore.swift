/// The Brier score: the mean squared distance of the probabilities from the labels.
///
///     B = Σ wᵢ (pᵢ − yᵢ)² / Σ wᵢ
///
/// - Parameters:
///   - probabilities: the predicted probability of label 1 for each row, 0…1.
///   - labels: 0 or 1 for each row.
///   - weights: a weight for each row, 0 or more; nil for 1 each.
///   - threads: how many threads to use; nil for one a core. The result is the same at any number.
/// - Returns: the score, 0…1, lower is better; nil if the weights sum to 0 or there is no row.
/// - Throws: `MetricError` for a probability outside 0…1, a label other than 0 and 1, a weight that is negative or not
///   finite, and arrays of different lengths.
/// - Complexity: O(n).
///
/// Brier, "Verification of forecasts expressed in terms of probability", 1950 (halved, as is usual for two classes).
public func brierScore(
  probabilities: [Double], labels: [UInt8], weights: [Double]? = nil, threads: Int? = nil
) throws(MetricError) -> Double? {
  let threads = threadCount(threads)
  try checkProbabilities(probabilities, threads: threads)
  try checkLabels(labels, rows: probabilities.count)
  return try weightedMean(weights, rows: probabilities.count, threads: threads) { row in
    squaredError(probability: probabilities[row], label: labels[row])
  }
}

/// The squared error of one row.
@inline(__always) func squaredError(probability: Double, label: UInt8) -> Double {
  let error = probability - Double(label)
  return error * error
}
