internal import Datasets
internal import Foundation
internal import Models
internal import RankingMetrics

/// Measures rankings on one side of a dataset: the labels, the requests and the draws that all metrics share.
struct Measure {
  let labels: [UInt8]
  let groups: RankingGroups
  private let weights: [Double]?
  private let bootstrap: RequestBootstrap?

  init(split: DatasetSplit, options: Evaluation.Options) throws {
    labels = Array(split.labels)
    weights = split.weights.map { $0.map(Double.init) }
    groups = try RankingGroups(offsets: split.requestOffsets())
    bootstrap =
      options.replicates > 0
      ? RequestBootstrap(groups: groups, replicates: options.replicates, seed: options.seed) : nil
  }

  /// Metrics of the probabilities themselves.
  func probabilityMetrics(logits: [Double]) throws -> [Evaluation.Metric] {
    let probabilities = logits.map { 1 / (1 + exp(-$0)) }
    guard let bootstrap else {
      return [
        try auc(logits),
        metric(
          "average_precision", try averagePrecision(scores: logits, labels: labels, weights: weights)),
        metric("log_loss", try logLoss(logits: logits, labels: labels, weights: weights)),
        metric("brier", try brierScore(probabilities: probabilities, labels: labels, weights: weights)),
        metric("ece", try expectedCalibrationError(probabilities: probabilities, labels: labels, weights: weights)),
      ]
    }
    return [
      try auc(logits),
      metric("average_precision", try bootstrap.averagePrecision(scores: logits, labels: labels, weights: weights)),
      metric("log_loss", try bootstrap.logLoss(logits: logits, labels: labels, weights: weights)),
      metric("brier", try bootstrap.brierScore(probabilities: probabilities, labels: labels, weights: weights)),
      metric(
        "ece",
        try bootstrap.expectedCalibrationError(probabilities: probabilities, labels: labels, weights: weights)),
    ]
  }

  func auc(_ scores: [Double]) throws -> Evaluation.Metric {
    guard let bootstrap else { return metric("auc", try rocAUC(scores: scores, labels: labels, weights: weights)) }
    return metric("auc", try bootstrap.rocAUC(scores: scores, labels: labels, weights: weights))
  }

  func ranked(_ scores: [Double]) throws -> RankedRequests {
    try RankedRequests(scores: scores, labels: labels, groups: groups)
  }

  /// Metrics of the order within requests; not defined where every request has a single row, for it has no order.
  func rankingMetrics(_ ranked: RankedRequests) throws -> [Evaluation.Metric] {
    try [
      ("ndcg@5", ranked.ndcg(at: 5)), ("ndcg@10", ranked.ndcg(at: 10)), ("mrr", ranked.meanReciprocalRank()),
      ("precision@5", ranked.precision(at: 5)), ("recall@5", ranked.recall(at: 5)),
    ].map { Evaluation.Metric(name: $0, value: try mean($1)) }
  }

  /// The baselines that the dataset knows of, each with the model's lead over it.
  func baselines(of split: DatasetSplit, against model: RankedRequests) throws -> [Evaluation.Baseline] {
    var rankings: [(String, [Double])] = [("random", Array(repeating: 0, count: split.rowCount))]
    if let positions = split.positions { rankings.append(("logged order", positions.map { -Double($0) })) }
    if let popularity = split.popularity { rankings.append(("popularity", popularity.map(Double.init))) }
    return try rankings.map { name, scores in
      let ranked = try ranked(scores)
      return Evaluation.Baseline(
        name: name, metrics: try [auc(scores)] + rankingMetrics(ranked),
        ndcgDifference: try mean(model.ndcg(at: 5).difference(from: ranked.ndcg(at: 5))))
    }
  }

  private func mean(_ perRequest: PerRequestMetric) throws -> MetricValue? {
    guard groups.largest > 1 else { return nil }
    guard let bootstrap else { return perRequest.mean.map { MetricValue(value: $0) } }
    return try bootstrap.mean(of: perRequest).map(value)
  }

  private func metric(_ name: String, _ value: Double?) -> Evaluation.Metric {
    Evaluation.Metric(name: name, value: value.map { MetricValue(value: $0) })
  }

  private func metric(_ name: String, _ distribution: BootstrapDistribution?) -> Evaluation.Metric {
    Evaluation.Metric(name: name, value: distribution.map(value))
  }

  private func value(_ distribution: BootstrapDistribution) -> MetricValue {
    let interval = distribution.interval()
    return MetricValue(value: interval.value, low: interval.low, high: interval.high)
  }
}
