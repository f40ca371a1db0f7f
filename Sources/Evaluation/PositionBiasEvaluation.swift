public import Datasets
public import Models
public import RankingMetrics

/// What of the clicks is due to the place: the examination curve of the log, and rankings measured by reweighted clicks.
///
/// A click at place k counts 1/θₖ: as many clicks as there would have been, had all looked there (Joachims, Swaminathan &
/// Schnabel, "Unbiased learning-to-rank with biased feedback", WSDM 2017).
public struct PositionBiasEvaluation: Sendable {
  /// θ by place.
  public var curve: PositionBias
  /// NDCG by reweighted clicks, of the model as served and of the logged order.
  public var rankings: [(name: String, metrics: [Evaluation.Metric])]
}

extension Evaluation {
  /// Estimates the examination curve on one side of a dataset and measures the model by reweighted clicks.
  ///
  /// - Throws: as ``init(of:on:of:options:)``; ``DatasetError`` when the dataset has no positions or propositions, or
  ///   they do not tell the curve.
  public static func positionBias(
    of artifact: ModelArtifact, on split: DatasetSplit, of dataset: Dataset, options: Options = Options()
  ) throws -> PositionBiasEvaluation {
    try artifact.requireFeatures(dataset.featureNames, of: dataset.path)
    return try positionBias(of: Scorer(artifact), on: split, dataset: dataset.description, options: options)
  }

  static func positionBias(
    of scorer: Scorer, on split: DatasetSplit, dataset: DatasetDescription, options: Options
  ) throws -> PositionBiasEvaluation {
    guard let positions = split.positions, let propositions = split.propositions else {
      throw DatasetError.input(
        "position bias needs position.npy and proposition.npy; build the dataset from an event log again")
    }
    let groups = try RankingGroups(offsets: split.requestOffsets())
    let labels = Array(split.labels)
    let users = try options.drawsUsers ? split.userOfEachRequest(groups) : nil
    // One replicate gives no interval; it is what costs least where none is wanted.
    let bootstrap = RequestBootstrap(
      groups: groups, users: users, replicates: max(1, options.replicates), seed: options.seed)
    guard let curve = try bootstrap.positionBias(positions: positions, propositions: propositions, labels: labels)
    else {
      throw DatasetError.input(
        "position bias cannot be told here: no click at the first place, or no proposition shown at several places")
    }
    let relevance = zip(labels, positions).map { label, position in
      label == 0 ? 0 : 1 / (curve.examination(at: Int(position)) ?? 1)
    }
    let scores = [
      ("model", scorer.logOdds(split: split, servingValues: dataset.servingValues)),
      ("logged order", positions.map { -Double($0) }), ("random", Array(repeating: 0, count: labels.count)),
    ]
    let rankings = try scores.map { name, scores in
      let ranked = try RankedRequests(scores: scores, relevance: relevance, groups: groups)
      let metrics = try bootstrap.means(of: [ranked.ndcg(at: 5), ranked.ndcg(at: 10)])
      return (
        name,
        zip(["ndcg@5", "ndcg@10"], metrics).map { name, distribution in
          Metric(name: name, value: distribution.map { MetricValue($0, hasInterval: options.replicates > 0) })
        }
      )
    }
    return PositionBiasEvaluation(curve: curve, rankings: rankings)
  }
}

extension MetricValue {
  /// The value and the ends of a distribution's 95 % interval.
  public init(_ distribution: BootstrapDistribution, hasInterval: Bool = true) {
    let interval = distribution.interval()
    self.init(
      value: interval.value, low: hasInterval ? interval.low : nil, high: hasInterval ? interval.high : nil)
  }
}
