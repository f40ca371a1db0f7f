public import Datasets
public import Models
internal import RankingMetrics

/// What a feature is worth to a model.
public struct FeatureImportance: Sendable {
  public let name: String
  /// The mean of |coefficient · scaled feature|: how far it moves the log-odds of a row, on average.
  public let contribution: Double
  /// The AUC of the feature alone, taken up or down, whichever is better; nil with one class.
  public let aucAlone: Double?
  /// What the AUC loses when the feature's values are dealt out to other requests: mean and range of 95 % of the repeats.
  public let aucDrop: MetricValue?
  /// What NDCG@5 loses, on the rows as logged; nil where no request has an order.
  public let ndcgDrop: MetricValue?

  /// A feature that tells the label nearly by itself is more often a leak than a discovery.
  public var isSuspect: Bool { aucAlone.map { $0 > 0.99 } ?? false }
}

extension ModelScores {
  /// Permutation importance of each feature, with what it contributes and what it can do alone.
  ///
  /// A repeat gives each request the values of another one, drawn without replacement, its rows in a random order: so
  /// what is the same for all rows of a request stays so, and costs no NDCG if it never did anything for the order. With
  /// more than `maximumRows` rows the first requests up to there are taken.
  ///
  /// - Parameters:
  ///   - artifact: the model that these rows were scored by.
  ///   - split: the rows.
  ///   - repeats: how often to permute each feature.
  ///   - seed: fixes the permutations.
  ///   - maximumRows: how many rows to look at.
  ///   - progress: called with the number of features done.
  /// - Returns: one for each feature, in their order.
  /// - Throws: ``DatasetError`` for a sparse dataset.
  /// - Complexity: O(features · repeats · rows).
  ///
  /// Breiman, "Random forests", Machine Learning 45, 2001; Fisher, Rudin & Dominici, JMLR 20, 2019.
  public func importance(
    of artifact: ModelArtifact, split: DatasetSplit, repeats: Int = 10, seed: UInt64 = 0, maximumRows: Int = 200_000,
    progress: (Int) -> Void = { _ in }
  ) throws -> [FeatureImportance] {
    guard split.sparse == nil else {
      throw DatasetError.input("--importance deals out the columns of dense rows; this dataset is sparse")
    }
    var requests = 0
    while requests < groups.count, groups.offsets[requests + 1] <= max(maximumRows, groups[0].count) { requests += 1 }
    let sample = try RankingGroups(offsets: Array(groups.offsets[...requests]))
    let scores = Array(logOdds.prefix(sample.rows))
    let labels = Array(labels.prefix(sample.rows))
    let weights = weights.map { Array($0.prefix(sample.rows)) }
    func ndcg(_ scores: [Double]) throws -> Double? {
      hasOrder ? try RankedRequests(scores: scores, labels: labels, groups: sample).ndcg(at: 5).mean : nil
    }
    func auc(_ scores: [Double]) throws -> Double? { try rocAUC(scores: scores, labels: labels, weights: weights) }
    let whole = (auc: try auc(scores), ndcg: try ndcg(scores))
    var generator = SplitMix64(seed: seed)
    let sources = (0..<repeats).map { _ in Self.dealt(sample, using: &generator) }
    let scorer = Scorer(artifact)
    let (matrix, width) = (split.matrix, split.columnCount)

    return try artifact.model.features.indices.map { feature in
      let values = scores.indices.map { Double(matrix[$0 * width + feature]) }
      let weight = scorer.weights[feature]
      var drops: (auc: [Double], ndcg: [Double]) = ([], [])
      for source in sources {
        let permuted = scores.indices.map { scores[$0] + weight * (values[source[$0]] - values[$0]) }
        if let before = whole.auc, let after = try auc(permuted) { drops.auc.append(before - after) }
        if let before = whole.ndcg, let after = try ndcg(permuted) { drops.ndcg.append(before - after) }
      }
      let mean = artifact.scaling.mean[feature]
      let moved = values.reduce(0) { $0 + abs(weight * ($1 - mean)) }
      progress(feature + 1)
      return FeatureImportance(
        name: artifact.model.features[feature], contribution: moved / Double(max(1, values.count)),
        aucAlone: try auc(values).map { max($0, 1 - $0) }, aucDrop: Self.summary(drops.auc),
        ndcgDrop: Self.summary(drops.ndcg))
    }
  }

  /// For each row the row whose value it is given.
  private static func dealt(_ groups: RankingGroups, using generator: inout SplitMix64) -> [Int] {
    var source = Array(0..<groups.rows)
    for (target, from) in (0..<groups.count).shuffled(using: &generator).enumerated() {
      let rows = groups[from].shuffled(using: &generator)
      for (place, row) in groups[target].enumerated() { source[row] = rows[place % rows.count] }
    }
    return source
  }

  private static func summary(_ drops: [Double]) -> MetricValue? {
    guard !drops.isEmpty else { return nil }
    let mean = drops.reduce(0, +) / Double(drops.count)
    return MetricValue(BootstrapDistribution(value: mean, replicates: drops))
  }
}
