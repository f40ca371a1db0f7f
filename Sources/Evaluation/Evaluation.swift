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
    /// Whether intervals draw users with all their requests, in place of requests.
    public var drawsUsers = false

    public init(replicates: Int = 1000, seed: UInt64 = 0, drawsUsers: Bool = false) {
      self.replicates = replicates
      self.seed = seed
      self.drawsUsers = drawsUsers
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
    var (scores, servedScores) = try scorer.scores(of: split, servingValues: dataset.servingValues)
    rows = split.rowCount
    positives = measure.labels.reduce(0) { $0 + Int($1) }
    requests = measure.groups.count
    var rankings = [try measure.ranking(scores, showing: split)]
    requestsUsed = rankings[0].requestsUsed
    metrics =
      [rankings[0].auc]
      + (try measure.probabilityMetrics(
        scores: scores, logits: scorer.calibration == nil ? scores : scores.map { scorer.calibrated(logOdds: $0) }))
    if let served = servedScores {
      rankings.append(try measure.ranking(served, showing: split))
      servedScores = nil
    }
    scores = []
    let baselineScores = measure.baselineScores(of: split)
    let firstBaseline = rankings.count
    for baseline in baselineScores { rankings.append(try measure.ranking(baseline.scores())) }

    let means = try measure.means(of: rankings)
    metrics += means[0].metrics
    if firstBaseline > 1 { asServed = [rankings[1].auc] + means[1].metrics }
    baselines = try baselineScores.indices.map { index in
      let place = firstBaseline + index
      return Baseline(
        name: baselineScores[index].name, metrics: [rankings[place].auc] + means[place].metrics,
        ndcgDifference: try means[firstBaseline - 1].lead(over: means[place]))
    }
  }
}

extension Scorer {
  /// The log-odds of each row as logged and, where there are serving values, with those columns at the value that a
  /// server gives them.
  func scores(
    of split: DatasetSplit, servingValues: [DatasetDescription.ServingValue]
  ) throws -> (logged: [Double], served: [Double]?) {
    if split.mapsFeatures, !split.isSample {
      return (logOdds(of: split), servingValues.isEmpty ? nil : logOdds(split: split, servingValues: servingValues))
    }
    var logged: [Double] = []
    logged.reserveCapacity(split.rowCount)
    var served: [Double]? = servingValues.isEmpty ? nil : []
    served?.reserveCapacity(split.rowCount)
    try split.forEachPiece { _, rows in
      let scores = logOdds(rows: rows)
      logged += scores
      guard served != nil else { return }
      for row in scores.indices {
        var score = scores[row]
        for serving in servingValues {
          let value = rows[row * split.columnCount + serving.column]
          score += weights[serving.column] * (Double(serving.value) - Double(value))
        }
        served?.append(score)
      }
    }
    return (logged, served)
  }
}
