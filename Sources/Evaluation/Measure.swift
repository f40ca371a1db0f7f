internal import Datasets
internal import Foundation
internal import Models
internal import RankingMetrics

/// Measures rankings on one side of a dataset: the labels, the requests and the draws that all metrics share.
///
/// Ten million rows are to fit: a ranking is reduced to its metrics of each request before the next one is made, and
/// the means of all of them are bootstrapped in one pass over the draws.
struct Measure {
  let labels: [UInt8]
  let groups: RankingGroups
  private let weights: [Double]?
  /// The user of each request, where users are what is drawn.
  private let users: [Int64]?
  private let bootstrap: RequestBootstrap?
  /// For average precision and calibration error, which go through all rows for each draw: fewer draws of many rows.
  private let rowBootstrap: RequestBootstrap?

  private let bins: Int

  init(split: DatasetSplit, options: Evaluation.Options) throws {
    let groups = try RankingGroups(offsets: split.requestOffsets())
    self.init(
      labels: Array(split.labels), groups: groups, weights: split.weights.map { $0.map(Double.init) },
      users: try options.drawsUsers ? split.userOfEachRequest(groups) : nil, replicates: options.replicates,
      seed: options.seed)
  }

  /// - Parameter users: the user of each request, to draw users; nil to draw requests.
  init(
    labels: [UInt8], groups: RankingGroups, weights: [Double]?, users: [Int64]?, replicates: Int, seed: UInt64,
    bins: Int = 10
  ) {
    self.labels = labels
    self.groups = groups
    self.weights = weights
    self.users = users
    self.bins = bins
    bootstrap =
      replicates > 0 ? RequestBootstrap(groups: groups, users: users, replicates: replicates, seed: seed) : nil
    let affordable = min(replicates, max(200, Self.rowVisits / max(1, groups.rows)))
    rowBootstrap =
      replicates > 0 ? RequestBootstrap(groups: groups, users: users, replicates: affordable, seed: seed) : nil
  }

  /// How many rows the draws of one metric may go through, where sums by unit are not enough: 1000 draws of two million.
  private static let rowVisits = 2_000_000_000

  /// Metrics of the rows, but for the area under the ROC curve, which the ranking has: of their order by `scores`, and of
  /// the probabilities whose log-odds are `logits`; without `scores` the order is by these too.
  func probabilityMetrics(scores: [Double]? = nil, logits: [Double]) throws -> [Evaluation.Metric] {
    let loss =
      try bootstrap.map { metric("log_loss", try $0.logLoss(logits: logits, labels: labels, weights: weights)) }
      ?? metric("log_loss", try logLoss(logits: logits, labels: labels, weights: weights))
    return try [averagePrecision(scores ?? logits), loss]
      + distances(probabilities: logits.map { 1 / (1 + exp(-$0)) }) + calibration(logits: logits)
  }

  /// As above, from probabilities: 0 and 1 cost what log loss clips them to, and have no finite log-odds, so that there is
  /// no calibration line where they occur.
  func probabilityMetrics(probabilities: [Double]) throws -> [Evaluation.Metric] {
    let loss =
      try bootstrap.map {
        metric("log_loss", try $0.logLoss(probabilities: probabilities, labels: labels, weights: weights))
      } ?? metric("log_loss", try logLoss(probabilities: probabilities, labels: labels, weights: weights))
    let logits = probabilities.map { log($0) - log1p(-$0) }
    return try [averagePrecision(probabilities), loss] + distances(probabilities: probabilities)
      + calibration(logits: logits.allSatisfy(\.isFinite) ? logits : nil)
  }

  func averagePrecision(_ scores: [Double]) throws -> Evaluation.Metric {
    let name = "average_precision"
    guard let rowBootstrap else {
      return metric(name, try RankingMetrics.averagePrecision(scores: scores, labels: labels, weights: weights))
    }
    return metric(name, try rowBootstrap.averagePrecision(scores: scores, labels: labels, weights: weights))
  }

  private func calibration(logits: [Double]?) throws -> [Evaluation.Metric] {
    let line = try logits.flatMap {
      try calibrationLine(logits: $0, labels: labels, weights: weights, groups: groups, users: users)
    }
    return [metric("calibration_slope", line?.slope), metric("calibration_intercept", line?.intercept)]
  }

  private func distances(probabilities: [Double]) throws -> [Evaluation.Metric] {
    guard let bootstrap, let rowBootstrap else {
      return try [
        metric("brier", brierScore(probabilities: probabilities, labels: labels, weights: weights)),
        metric(
          "ece", expectedCalibrationError(probabilities: probabilities, labels: labels, weights: weights, bins: bins)),
      ]
    }
    return try [
      metric("brier", bootstrap.brierScore(probabilities: probabilities, labels: labels, weights: weights)),
      metric(
        "ece",
        rowBootstrap.expectedCalibrationError(
          probabilities: probabilities, labels: labels, weights: weights, bins: bins)),
    ]
  }

  /// The area with DeLong's interval, clustered by what is drawn; with weights, which that does not know, a bootstrap's.
  func auc(_ scores: [Double]) throws -> Evaluation.Metric {
    guard let bootstrap else { return metric("auc", try rocAUC(scores: scores, labels: labels, weights: weights)) }
    if weights != nil {
      return metric("auc", try bootstrap.rocAUC(scores: scores, labels: labels, weights: weights))
    }
    if let interval = try delongInterval(scores: scores, labels: labels, groups: groups, users: users) {
      return metric("auc", interval)
    }
    return metric("auc", try rocAUC(scores: scores, labels: labels))
  }

  /// What is known of a ranking once its scores are gone: the area under its ROC curve, the metrics of each request.
  struct Ranking {
    var auc: Evaluation.Metric
    /// By name; of the order within requests.
    var perRequest: [(name: String, metric: PerRequestMetric)]
    /// Metrics of what is shown, without an interval.
    var exposure: [Evaluation.Metric]
    var requestsUsed: Int
  }

  /// - Parameter showing: the rows' propositions and categories, for coverage and diversity; nil leaves these out.
  func ranking(_ scores: [Double], showing split: DatasetSplit? = nil) throws -> Ranking {
    try ranking(
      RankedRequests(scores: scores, labels: labels, groups: groups), auc: auc(scores), at: [5, 10],
      of: split?.propositions, categories: split?.codes(of: .category))
  }

  /// - Parameter places: the k of the metrics; the first is that of those that look at the top alone.
  func ranking(
    _ ranked: RankedRequests, auc: Evaluation.Metric, at places: [Int], of propositions: (some Collection<Int64>)?,
    categories: (some RandomAccessCollection<Int32>)?
  ) throws -> Ranking {
    let k = places[0]
    var perRequest = places.map { (name: "ndcg@\($0)", metric: ranked.ndcg(at: $0)) }
    perRequest += [("mrr", ranked.meanReciprocalRank()), ("map", ranked.meanAveragePrecision())]
    perRequest += [
      ("precision@\(k)", ranked.precision(at: k)), ("recall@\(k)", ranked.recall(at: k)),
      ("hit_rate@\(k)", ranked.hitRate(at: k)),
    ]
    var exposure: [Evaluation.Metric] = []
    if groups.largest > 1, let propositions {
      let shown = try ranked.exposure(at: k, of: propositions)
      exposure = [
        metric("coverage@\(k)", shown?.coverage), metric("exposure_entropy@\(k)", shown?.entropy),
        metric("exposure_gini@\(k)", shown?.gini),
      ]
    }
    if groups.largest > 1, k > 1, let categories {
      perRequest.append(("diversity@\(k)", try ranked.diversity(at: k, of: categories)))
    }
    return Ranking(auc: auc, perRequest: perRequest, exposure: exposure, requestsUsed: perRequest[0].metric.used)
  }

  /// The means over requests of all rankings, over the same draws; not defined where every request has a single row,
  /// for it has no order.
  func means(of rankings: [Ranking]) throws -> [RankingMeans] {
    let all = rankings.flatMap { $0.perRequest.map(\.metric) }
    let defined = groups.largest > 1
    var distributions = try defined ? bootstrap?.means(of: all) : nil
    return rankings.map { ranking in
      let ndcg = distributions?.first ?? nil
      let metrics = ranking.perRequest.enumerated().map { index, entry in
        distributions.map { metric(entry.name, $0[index]) }
          ?? metric(entry.name, defined ? entry.metric.mean : nil)
      }
      distributions?.removeFirst(ranking.perRequest.count)
      return RankingMeans(
        metrics: metrics + ranking.exposure, ndcg: ndcg, ndcgValue: defined ? ranking.perRequest[0].metric.mean : nil)
    }
  }

  /// What each baseline that the dataset knows of ranks by.
  func baselineScores(of split: DatasetSplit) -> [(name: String, scores: () -> [Double])] {
    var rankings: [(String, () -> [Double])] = [("random", { Array(repeating: 0, count: split.rowCount) })]
    if let positions = split.positions { rankings.append(("logged order", { positions.map { -Double($0) } })) }
    if let popularity = split.popularity { rankings.append(("popularity", { popularity.map(Double.init) })) }
    return rankings
  }

  private func metric(_ name: String, _ value: Double?) -> Evaluation.Metric {
    Evaluation.Metric(name: name, value: value.map { MetricValue(value: $0) })
  }

  private func metric(_ name: String, _ interval: Interval?) -> Evaluation.Metric {
    let value = interval.map {
      bootstrap == nil ? MetricValue(value: $0.value) : MetricValue(value: $0.value, low: $0.low, high: $0.high)
    }
    return Evaluation.Metric(name: name, value: value)
  }

  private func metric(_ name: String, _ distribution: BootstrapDistribution?) -> Evaluation.Metric {
    metric(name, distribution?.interval())
  }
}

/// The means over requests of one ranking.
struct RankingMeans {
  var metrics: [Evaluation.Metric]
  /// The draws of NDCG@5, where there are any, and its mean.
  fileprivate var ndcg: BootstrapDistribution?
  fileprivate var ndcgValue: Double?

  /// How far this ranking's NDCG@5 is above another's: a paired difference, since both are over the same requests.
  func lead(over other: RankingMeans) throws -> MetricValue? {
    if let ndcg, let others = other.ndcg {
      let interval = try ndcg.difference(from: others).interval()
      return MetricValue(value: interval.value, low: interval.low, high: interval.high)
    }
    guard let ndcgValue, let others = other.ndcgValue else { return nil }
    return MetricValue(value: ndcgValue - others)
  }
}

extension DatasetSplit {
  /// The user of each request.
  ///
  /// - Throws: ``DatasetError`` when the dataset does not name users.
  func userOfEachRequest(_ groups: RankingGroups) throws -> [Int64] {
    guard let users else {
      throw DatasetError.input("the dataset has no user.npy; draw requests, or build it from an event log")
    }
    return (0..<groups.count).map { users[groups.offsets[$0]] }
  }
}
