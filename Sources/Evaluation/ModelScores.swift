public import Datasets
internal import Foundation
public import Models
internal import RankingMetrics

/// What a model says of each row on one side of a dataset, beside what happened: the input of comparisons, slices,
/// curves and importance.
public struct ModelScores: Sendable {
  /// The model's name, for tables.
  public let name: String
  /// The log-odds of the rows as they were logged.
  public let logOdds: [Double]
  /// The log-odds as a server ranks: positions at their serving value. Those of the log where no feature is a position.
  public let served: [Double]
  /// The log-odds of the probability, calibrated where the model is.
  public let calibrated: [Double]
  /// 0 or 1 for each row.
  public let labels: [UInt8]
  let weights: [Double]?
  let groups: RankingGroups
  /// The user of each request, where the dataset names users.
  let users: [Int64]?

  /// Scores all rows.
  ///
  /// - Throws: `ModelError.mismatch` when the model has other features than the dataset; ``DatasetError`` when there is
  ///   no row.
  /// - Complexity: O(rows · features).
  public init(_ artifact: ModelArtifact, split: DatasetSplit, dataset: Dataset) throws {
    try artifact.requireFeatures(dataset.featureNames, sparse: dataset.description.sparse, of: dataset.path)
    guard split.rowCount > 0 else {
      throw DatasetError.input("there is no row on this side of the dataset; choose another --split")
    }
    let scorer = Scorer(artifact)
    let servingValues = dataset.description.servingValues
    name = artifact.reference
    let scores = try scorer.scores(of: split, servingValues: servingValues)
    logOdds = scores.logged
    served = scores.served ?? scores.logged
    calibrated = logOdds.map { scorer.calibrated(logOdds: $0) }
    labels = Array(split.labels)
    weights = split.weights.map { $0.map(Double.init) }
    let groups = try RankingGroups(offsets: split.requestOffsets())
    self.groups = groups
    users = split.users.map { users in (0..<groups.count).map { users[groups.offsets[$0]] } }
  }

  init(
    name: String, logOdds: [Double], served: [Double], calibrated: [Double], labels: [UInt8], weights: [Double]?,
    groups: RankingGroups
  ) {
    self.name = name
    self.logOdds = logOdds
    self.served = served
    self.calibrated = calibrated
    self.labels = labels
    self.weights = weights
    self.groups = groups
    users = nil
  }

  /// The predicted probability of each row.
  public var probabilities: [Double] { calibrated.map { 1 / (1 + exp(-$0)) } }

  /// The draws that the options ask for; nil for none.
  func bootstrap(_ options: Evaluation.Options) throws -> RequestBootstrap? {
    guard options.replicates > 0 else { return nil }
    if options.drawsUsers, users == nil {
      throw DatasetError.input("the dataset has no user.npy; draw requests, or build it from an event log")
    }
    return RequestBootstrap(
      groups: groups, users: options.drawsUsers ? users : nil, replicates: options.replicates, seed: options.seed)
  }

  func ranked() throws -> RankedRequests { try RankedRequests(scores: served, labels: labels, groups: groups) }

  /// Whether any request has an order at all.
  var hasOrder: Bool { groups.largest > 1 }
}

extension MetricValue {
  /// A value with the 95 % interval of a bootstrap.
  init(_ distribution: BootstrapDistribution) {
    let interval = distribution.interval()
    self.init(value: interval.value, low: interval.low, high: interval.high)
  }

  init(_ interval: Interval) { self.init(value: interval.value, low: interval.low, high: interval.high) }

  /// Whether its interval leaves 0 out; false where there is none.
  public var isBeyondZero: Bool {
    guard let low, let high else { return false }
    return low > 0 || high < 0
  }
}
