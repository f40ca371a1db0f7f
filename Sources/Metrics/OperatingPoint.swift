/// What a threshold on the score gives: how much lies at or above it, and of what class.
///
/// From these come the points of the ROC curve (`falsePositiveRate`, `recall`), of the precision–recall curve (`recall`,
/// `precision`) and of the gain and lift curves (`share`, `recall`; `share`, `lift`).
public struct OperatingPoint: Equatable, Sendable {
  /// Rows with at least this score are taken; infinite at the first point, where none is.
  public let threshold: Double
  /// The weight of the positives that are taken.
  public let truePositives: Double
  /// The weight of the negatives that are taken.
  public let falsePositives: Double
  /// The weight of all positives.
  public let positives: Double
  /// The weight of all negatives.
  public let negatives: Double

  /// The share of the positives that is taken: the true positive rate, the height of the ROC and of the gain curve.
  /// NaN without a positive.
  public var recall: Double { truePositives / positives }

  /// The share of the negatives that is taken. NaN without a negative.
  public var falsePositiveRate: Double { falsePositives / negatives }

  /// The share of positives in what is taken; 1 where nothing is, as in scikit-learn.
  public var precision: Double {
    let taken = truePositives + falsePositives
    return taken > 0 ? truePositives / taken : 1
  }

  /// The share of all rows that is taken.
  public var share: Double { (truePositives + falsePositives) / (positives + negatives) }

  /// How many times more positives are in what is taken than in as many rows taken at random; NaN where nothing is.
  public var lift: Double { recall / share }
}

/// The points of the ROC, precision–recall, gain and lift curves, from the threshold above all scores to the lowest score.
///
/// Rows of equal score enter together, so that a point stands at the end of a tie and the curves are what
/// scikit-learn's `roc_curve` and `precision_recall_curve` give without thinning. Thinned, the first and the last point
/// stay, and of the others those at which the rows, or the positives, taken first reach the next of `limit` equal steps:
/// at most 2·limit + 1 points, dense where positives are. Each is exact.
///
/// - Parameters:
///   - scores: any finite numbers, fewer than 2³²; a higher one says that the row is more likely positive.
///   - labels: 0 or 1 for each row.
///   - weights: a weight for each row, 0 or more; nil for 1 each.
///   - limit: the steps to thin to, at least 1; nil for every point.
///   - threads: how many threads to use; nil for one a core. The result is the same at any number.
/// - Returns: the points by descending threshold; a single one if there is no row.
/// - Throws: `MetricError` for a score that is not finite, a label other than 0 and 1, a weight that is negative or not
///   finite, and arrays of different lengths.
/// - Complexity: O(n) time, by radix sort; 21 bytes a row of memory.
///
/// Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27, 2006.
public func operatingPoints(
  scores: [Double], labels: [UInt8], weights: [Double]? = nil, limit: Int? = nil, threads: Int? = nil
) throws(MetricError) -> [OperatingPoint] {
  precondition(limit ?? 1 >= 1, "a limit of \(limit ?? 0) points; at least 1 is needed")
  let threads = threadCount(threads)
  try checkScores(scores, threads: threads)
  try checkLabels(labels, rows: scores.count)
  try checkWeights(weights, rows: scores.count, threads: threads)
  let classes = classWeights(labels: labels, weights: weights, threads: threads)
  var truePositives = 0.0
  var falsePositives = 0.0
  func point(_ threshold: Double) -> OperatingPoint {
    OperatingPoint(
      threshold: threshold, truePositives: truePositives, falsePositives: falsePositives, positives: classes.positive,
      negatives: classes.negative)
  }
  func step(_ part: Double, of whole: Double) -> Int {
    guard let limit, whole > 0 else { return 0 }
    return Int(part / whole * Double(limit))
  }
  var points = [point(.infinity)]
  var reached = (rows: 0, positives: 0)
  var place = 0
  ScoreOrder(scores: scores, threads: threads).forEachTie { rows in
    for row in rows {
      let weight = weights.map { $0[Int(row)] } ?? 1
      if labels[Int(row)] != 0 { truePositives += weight } else { falsePositives += weight }
    }
    place += rows.count
    let now = (
      rows: step(truePositives + falsePositives, of: classes.total),
      positives: step(truePositives, of: classes.positive)
    )
    if limit == nil || place == scores.count || now.rows > reached.rows || now.positives > reached.positives {
      points.append(point(scores[Int(rows[rows.startIndex])]))
      reached = now
    }
  }
  return points
}
