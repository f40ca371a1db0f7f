internal import Datasets
internal import Foundation
internal import Models
internal import RankingMetrics

/// What the scores of a model are.
public enum ScoreKind: String, CaseIterable, Sendable {
  case probability
  case logOdds = "log-odds"
  /// Only the order counts.
  case score
}

/// Anybody's scores of anybody's rows, from `.npy` arrays.
public struct ScoredRows: Sendable {
  private let scores: [Double]
  private let kind: ScoreKind
  private let labels: [UInt8]
  private let weights: [Double]?
  private let groups: RankingGroups
  private let users: [Int64]?
  private let propositions: [Int64]?
  private let categories: [Int32]?
  private let ranked: RankedRequests

  public var rowCount: Int { scores.count }
  public var positives: Int { labels.reduce(0) { $0 + Int($1) } }
  public var requestCount: Int { groups.count }
  /// Requests with a positive.
  public var requestsUsed: Int { ranked.recall(at: 1).used }

  /// Reads and checks the arrays, each a path; those that are nil are left out.
  ///
  /// - Throws: ``DatasetError`` that names file and row.
  public init(
    scores: String, kind: ScoreKind, labels: String, requests: String? = nil, users: String? = nil,
    weights: String? = nil, propositions: String? = nil, categories: String? = nil
  ) throws {
    self.kind = kind
    self.scores = try NPYArray(path: scores).vector()
    let rows = self.scores.count
    guard rows > 0 else { throw DatasetError.file(scores, "is empty; expected one score a row") }
    self.labels = try located(labels) { try binaryLabels(NPYArray(path: labels).vector(rows: rows)) }
    self.weights = try weights.map { try NPYArray(path: $0).vector(rows: rows) }
    let requestOfRow = try requests.map { try NPYArray(path: $0).wholeNumbers(rows: rows) }
    let groups = try located(requests ?? scores) {
      try requestOfRow.map { try RankingGroups(requestOfEachRow: $0) } ?? RankingGroups(offsets: Array(0...rows))
    }
    self.groups = groups
    self.users = try users.map { path in
      let users = try NPYArray(path: path).wholeNumbers(rows: rows)
      return (0..<groups.count).map { users[groups.offsets[$0]] }
    }
    self.propositions = try propositions.map { try NPYArray(path: $0).wholeNumbers(rows: rows) }
    self.categories = try categories.map { path in
      try NPYArray(path: path).wholeNumbers(rows: rows).map { Int32(clamping: $0) }
    }
    let (values, labelled) = (self.scores, self.labels)
    ranked = try located(scores) { try RankedRequests(scores: values, labels: labelled, groups: groups) }
    try located(scores) { if kind == .probability { _ = try brierScore(probabilities: values, labels: labelled) } }
    let weighting = self.weights
    if let weights { try located(weights) { _ = try rocAUC(scores: values, labels: labelled, weights: weighting) } }
  }

  /// Every metric that the scores have, in the order in which they are shown.
  ///
  /// - Parameter places: the k of the ranking metrics.
  public func metrics(at places: [Int], bins: Int, replicates: Int, seed: UInt64) throws -> [Evaluation.Metric] {
    let measure = Measure(
      labels: labels, groups: groups, weights: weights, users: users, replicates: replicates, seed: seed, bins: bins)
    var metrics = [try measure.auc(scores)]
    switch kind {
    case .score: metrics.append(try measure.averagePrecision(scores))
    case .logOdds: metrics += try measure.probabilityMetrics(logits: scores)
    case .probability: metrics += try measure.probabilityMetrics(probabilities: scores)
    }
    let ranking = try measure.ranking(ranked, auc: metrics[0], at: places, of: propositions, categories: categories)
    return try metrics + measure.means(of: [ranking])[0].metrics
  }

  /// What a report draws.
  public struct Curves: Sendable {
    /// The points of the ROC, precision–recall, gain and lift curves: name and value.
    public var points: [[(name: String, value: Double)]]
    /// The reliability diagram, for probabilities and log-odds.
    public var bins: [[(name: String, value: Double)]]
  }

  /// The curves, thinned to some 200 points.
  public func curves(bins: Int) throws -> Curves {
    let points = try operatingPoints(scores: scores, labels: labels, weights: weights, limit: 100).map {
      [
        ("threshold", $0.threshold), ("false_positive_rate", $0.falsePositiveRate), ("recall", $0.recall),
        ("precision", $0.precision), ("share", $0.share), ("lift", $0.lift),
      ]
    }
    guard kind != .score else { return Curves(points: points, bins: []) }
    let probabilities = kind == .probability ? scores : scores.map { 1 / (1 + exp(-$0)) }
    let reliability = try reliabilityBins(probabilities: probabilities, labels: labels, weights: weights, bins: bins)
      .map {
        [
          ("lower", $0.lower), ("upper", $0.upper), ("count", Double($0.count)), ("weight", $0.weight),
          ("mean_probability", $0.meanProbability ?? .nan), ("positive_rate", $0.positiveRate ?? .nan),
        ]
      }
    return Curves(points: points, bins: reliability)
  }
}

/// Runs `body` and puts the file's name before what a metric says of its numbers.
func located<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
  do { return try body() } catch let error as MetricError { throw DatasetError.file(path, "\(error)") }
}

extension NPYArray {
  /// One number a row.
  ///
  /// - Throws: ``DatasetError`` when the array is not of one dimension, or of other than so many rows.
  func vector(rows: Int? = nil) throws -> [Double] {
    guard shape.count == 1 || shape.count == 2 && shape[1] == 1, rows == nil || shape[0] == rows else {
      throw DatasetError.file(
        path, "has shape \(shape); expected [\(rows.map(String.init) ?? "rows")], one number a row")
    }
    return doubles()
  }

  /// One whole number a row, exactly.
  func wholeNumbers(rows: Int) throws -> [Int64] {
    if element == .int64, shape == [rows] { return Array(buffer(of: Int64.self)) }
    return try vector(rows: rows).enumerated().map { row, value in
      guard let whole = Int64(exactly: value) else {
        throw DatasetError.file(path, "row \(row) is \(value); expected a whole number")
      }
      return whole
    }
  }
}
