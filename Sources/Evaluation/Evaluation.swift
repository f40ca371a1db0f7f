public import Datasets
public import Models
internal import RankingMetrics

/// How good a ranking is on one side of a dataset: the model beside its baselines, each metric with its interval.
public struct Evaluation: Sendable {
  /// A name and what it came to; nil where it is not defined on these rows (one class only, no request with a positive).
  public struct Metric: Sendable {
    public var name: String
    public var value: MetricValue?
  }

  /// A ranking to compare with: not a model, so only its order counts.
  public struct Baseline: Sendable {
    public var name: String
    public var metrics: [Metric]
    /// The model's NDCG@5 less this one's over the same requests, with its paired interval.
    public var ndcgDifference: MetricValue?
  }

  public struct Options: Sendable {
    /// Draws of the bootstrap; 0 leaves intervals out.
    public var replicates = 1000
    public var seed: UInt64 = 0

    public init(replicates: Int = 1000, seed: UInt64 = 0) {
      self.replicates = replicates
      self.seed = seed
    }
  }

  public var rows: Int
  public var positives: Int
  public var requests: Int
  /// Requests with at least one positive: those that ranking metrics are over.
  public var requestsUsed: Int
  /// On the rows as they were logged.
  public var metrics: [Metric]
  /// On the rows as a server scores them, every position at its serving value; nil where no feature is a position.
  public var asServed: [Metric]?
  /// Random, logged order and popularity, where they are known.
  public var baselines: [Baseline]
}

extension Evaluation {
  /// Evaluates a scorer on one side of a dataset.
  ///
  /// - Throws: `ModelError.mismatch` when the model has other features than the dataset; ``DatasetError`` when there is
  ///   no row.
  public init(
    of artifact: ModelArtifact, on split: DatasetSplit, of dataset: Dataset, options: Options = Options()
  ) throws {
    try artifact.requireFeatures(dataset.featureNames, sparse: dataset.description.sparse, of: dataset.path)
    try self.init(scorer: Scorer(artifact), split: split, dataset: dataset.description, options: options)
  }

  /// As above, for a scorer whose features are known to be the dataset's.
  public init(
    scorer: Scorer, split: DatasetSplit, dataset: DatasetDescription, options: Options = Options()
  ) throws {
    guard split.rowCount > 0 else {
      throw DatasetError.input("there is no row on this side of the dataset; choose another --split")
    }
    let measure = try Measure(split: split, options: options)
    let scores = scorer.logOdds(of: split)
    rows = split.rowCount
    positives = measure.labels.reduce(0) { $0 + Int($1) }
    requests = measure.groups.count
    metrics = try measure.probabilityMetrics(logits: scores)
    let ranked = try measure.ranked(scores)
    requestsUsed = ranked.ndcg(at: 5).used
    metrics += try measure.rankingMetrics(ranked)

    var serving = ranked
    if !dataset.servingValues.isEmpty {
      let servedScores = scorer.logOdds(split: split, servingValues: dataset.servingValues)
      serving = try measure.ranked(servedScores)
      asServed = try [measure.auc(servedScores)] + measure.rankingMetrics(serving)
    }
    baselines = try measure.baselines(of: split, against: serving)
  }
}

extension Scorer {
  /// The log-odds of each row with some columns at the value that a server gives them.
  func logOdds(split: DatasetSplit, servingValues: [DatasetDescription.ServingValue]) -> [Double] {
    var scores = logOdds(rows: split.matrix)
    let matrix = split.matrix
    for served in servingValues {
      for row in scores.indices {
        let logged = matrix[row * split.columnCount + served.column]
        scores[row] += weights[served.column] * (Double(served.value) - Double(logged))
      }
    }
    return scores
  }
}
