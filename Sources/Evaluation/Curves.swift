public import Models
internal import RankingMetrics

/// What a report draws of one model: each curve as its points.
public struct Curves: Sendable {
  /// A threshold on the score: what is taken at or above it.
  public struct Threshold: Sendable {
    public let falsePositiveRate: Double
    public let recall: Double
    public let precision: Double
    /// The share of all rows that is taken.
    public let share: Double
    /// How many times more positives than in as many rows at random.
    public let lift: Double
  }

  /// The rows of neighbouring predictions: what was predicted for them and what happened.
  public struct Reliability: Sendable {
    public let predicted: Double
    /// The share of positives with its 95 % interval by Wilson's score.
    public let seen: MetricValue
    public let rows: Int
  }

  /// How the scores of the two classes are spread over bins of log-odds.
  public struct Spread: Sendable {
    /// The ends of the bins.
    public let edges: [Double]
    /// The share of the class's rows in each bin.
    public let positives: [Double]
    public let negatives: [Double]
  }

  /// From the highest score to the lowest; at most a few hundred, each exact.
  public let thresholds: [Threshold]
  /// Ten bins of as many rows each, by ascending prediction.
  public let reliability: [Reliability]
  /// nil with one class.
  public let spread: Spread?
  /// The k of `ndcg`.
  public let depths: [Int]
  /// NDCG@k as served with intervals; empty where no request has an order.
  public let ndcg: [MetricValue]

  /// Computes the curves.
  ///
  /// - Complexity: O(n log n).
  public init(of rows: ModelScores, options: Evaluation.Options) throws {
    thresholds = try operatingPoints(scores: rows.logOdds, labels: rows.labels, weights: rows.weights, limit: 100).map {
      Threshold(
        falsePositiveRate: $0.falsePositiveRate, recall: $0.recall, precision: $0.precision, share: $0.share,
        lift: $0.lift)
    }
    reliability = Self.reliability(rows)
    spread = Self.spread(rows)
    let bootstrap = try rows.bootstrap(options)
    let ranked = try rows.ranked()
    let largest = rows.groups.largest
    depths = rows.hasOrder ? [1, 2, 3, 5, 10, 20].filter { $0 < largest } + [min(largest, 50)] : []
    ndcg = try depths.compactMap { k in
      let metric = ranked.ndcg(at: k)
      guard let bootstrap else { return metric.mean.map { MetricValue(value: $0) } }
      return try bootstrap.mean(of: metric).map { MetricValue($0) }
    }
  }

  private static func reliability(_ rows: ModelScores) -> [Reliability] {
    let probabilities = rows.probabilities
    let order = probabilities.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
    let bins = min(10, order.count)
    return (0..<bins).map { bin in
      let members = order[(bin * order.count / bins)..<((bin + 1) * order.count / bins)]
      let count = Double(members.count)
      let positives = members.reduce(0) { $0 + Int(rows.labels[$1]) }
      return Reliability(
        predicted: members.reduce(0) { $0 + probabilities[$1] } / count,
        seen: wilson(positives: Double(positives), of: count), rows: members.count)
    }
  }

  /// Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927.
  private static func wilson(positives: Double, of count: Double) -> MetricValue {
    let (share, z) = (positives / count, 1.959963984540054)
    let middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    let margin =
      z / (1 + z * z / count) * (share * (1 - share) / count + z * z / (4 * count * count)).squareRoot()
    return MetricValue(value: share, low: max(0, middle - margin), high: min(1, middle + margin))
  }

  private static func spread(_ rows: ModelScores) -> Spread? {
    guard let low = rows.calibrated.min(), let high = rows.calibrated.max(), low < high else { return nil }
    let bins = 30
    var counts = (positives: Array(repeating: 0.0, count: bins), negatives: Array(repeating: 0.0, count: bins))
    for (score, label) in zip(rows.calibrated, rows.labels) {
      let bin = min(bins - 1, Int((score - low) / (high - low) * Double(bins)))
      if label != 0 { counts.positives[bin] += 1 } else { counts.negatives[bin] += 1 }
    }
    let totals = (positives: counts.positives.reduce(0, +), negatives: counts.negatives.reduce(0, +))
    guard totals.positives > 0, totals.negatives > 0 else { return nil }
    return Spread(
      edges: (0...bins).map { low + (high - low) * Double($0) / Double(bins) },
      positives: counts.positives.map { $0 / totals.positives },
      negatives: counts.negatives.map { $0 / totals.negatives })
  }
}
