internal import Models
internal import RankingMetrics

/// How much one model leads another on the same rows.
public struct Comparison: Sendable {
  /// The model that is compared with.
  public let other: String
  /// The differences of `auc`, `log_loss`, `ndcg@5` and `ndcg@10`, this model less the other. AUC and log loss are of
  /// the rows as logged, NDCG of the order as served. Nil where a metric is not defined.
  public let differences: [Evaluation.Metric]

  /// Compares two models.
  ///
  /// Both are scored on the same rows and every replicate of the bootstrap draws the same requests for both: the
  /// interval is that of the paired difference, much narrower than those of the two models suggest.
  ///
  /// - Throws: `MetricError` when the two are not over the same rows.
  public init(of model: ModelScores, from other: ModelScores, options: Evaluation.Options) throws {
    self.other = other.name
    let pair = try ScoredPair(model: model, other: other, options: options)
    differences = try [pair.auc(), pair.logLoss(), pair.ndcg(at: 5), pair.ndcg(at: 10)]
  }
}

extension Evaluation.Metric {
  /// Whether less of it is better.
  public var isLoss: Bool { Self.losses.contains(name) }

  private static let losses: Set = ["log_loss", "brier", "ece"]

  /// As a difference: 1 where the interval says that the first is better, −1 worse, 0 where it holds zero.
  public var verdict: Int {
    guard let value, value.isBeyondZero else { return 0 }
    return (value.value > 0) == isLoss ? -1 : 1
  }
}

/// Two models on the same rows, with the draws that both share.
private struct ScoredPair {
  let model: ModelScores
  let other: ModelScores
  let bootstrap: RequestBootstrap?

  init(model: ModelScores, other: ModelScores, options: Evaluation.Options) throws {
    precondition(model.labels.count == other.labels.count, "the two models are scored on different rows")
    self.model = model
    self.other = other
    bootstrap = try model.bootstrap(options)
  }

  func auc() throws -> Evaluation.Metric {
    func area(_ rows: ModelScores) throws -> BootstrapDistribution? {
      guard let bootstrap else {
        return try rocAUC(scores: rows.logOdds, labels: rows.labels, weights: rows.weights).map {
          BootstrapDistribution(value: $0, replicates: [])
        }
      }
      return try bootstrap.rocAUC(scores: rows.logOdds, labels: rows.labels, weights: rows.weights)
    }
    return try difference("auc", area(model), area(other))
  }

  func logLoss() throws -> Evaluation.Metric {
    func loss(_ rows: ModelScores) throws -> BootstrapDistribution? {
      guard let bootstrap else {
        return try RankingMetrics.logLoss(logits: rows.calibrated, labels: rows.labels, weights: rows.weights).map {
          BootstrapDistribution(value: $0, replicates: [])
        }
      }
      return try bootstrap.logLoss(logits: rows.calibrated, labels: rows.labels, weights: rows.weights)
    }
    return try difference("log_loss", loss(model), loss(other))
  }

  func ndcg(at k: Int) throws -> Evaluation.Metric {
    guard model.hasOrder else { return Evaluation.Metric(name: "ndcg@\(k)", value: nil) }
    let difference = try model.ranked().ndcg(at: k).difference(from: other.ranked().ndcg(at: k))
    let value =
      if let bootstrap { try bootstrap.mean(of: difference).map { MetricValue($0) } } else {
        difference.mean.map { MetricValue(value: $0) }
      }
    return Evaluation.Metric(name: "ndcg@\(k)", value: value)
  }

  private func difference(
    _ name: String, _ one: BootstrapDistribution?, _ two: BootstrapDistribution?
  ) throws -> Evaluation.Metric {
    guard let one, let two else { return Evaluation.Metric(name: name, value: nil) }
    let difference = try one.difference(from: two)
    return Evaluation.Metric(
      name: name, value: bootstrap == nil ? MetricValue(value: difference.value) : MetricValue(difference))
  }
}
