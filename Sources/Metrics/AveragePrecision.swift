/// The average precision: the precision at each score that is reached, weighted by the recall gained there.
///
///     AP = Σₜ (Rₜ − Rₜ₋₁) Pₜ     over the distinct scores t, from the highest down
///
/// Rows of equal score enter together, so their order does not matter. There is no interpolation: this is
/// scikit-learn's `average_precision_score`, and a constant score gives the share of positives.
///
/// - Parameters:
///   - scores: any finite numbers, fewer than 2³²; a higher one says that the row is more likely positive.
///   - labels: 0 or 1 for each row.
///   - weights: a weight for each row, 0 or more; nil for 1 each.
///   - threads: how many threads to use; nil for one a core. The result is the same at any number.
/// - Returns: the average precision, 0…1; nil where it is not defined: no positive of a weight above 0.
/// - Throws: `MetricError` for a score that is not finite, a label other than 0 and 1, a weight that is negative or not
///   finite, and arrays of different lengths.
/// - Complexity: O(n) time, by radix sort; 21 bytes a row of memory.
public func averagePrecision(
  scores: [Double], labels: [UInt8], weights: [Double]? = nil, threads: Int? = nil
) throws(MetricError) -> Double? {
  let threads = threadCount(threads)
  try checkScores(scores, threads: threads)
  try checkLabels(labels, rows: scores.count)
  try checkWeights(weights, rows: scores.count, threads: threads)
  let classes = classWeights(labels: labels, weights: weights, threads: threads)
  guard classes.positive > 0 else { return nil }
  let order = ScoreOrder(scores: scores, threads: threads)
  var positivesAbove = 0.0
  var allAbove = 0.0
  var sum = 0.0
  order.forEachTie { rows in
    var positive = 0.0
    for row in rows {
      let weight = weights.map { $0[Int(row)] } ?? 1
      allAbove += weight
      if labels[Int(row)] != 0 { positive += weight }
    }
    positivesAbove += positive
    if positive > 0 { sum += positive * (positivesAbove / allAbove) }
  }
  return min(1, sum / classes.positive)
}
