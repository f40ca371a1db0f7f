public import Datasets
internal import Foundation
public import Models
internal import RankingMetrics

/// What a model is worth on a part of the rows, against all other rows.
public struct Slice: Sendable {
  /// What the rows are told apart by: `device`, `category`, `context_type`, `new_user`, `position`.
  public let column: String
  /// What the rows of this slice have in common.
  public let value: String
  public let rows: Int
  public let positives: Int
  /// The area over the slice's rows, with DeLong's interval clustered by request; nil with one class.
  public let auc: MetricValue?
  /// NDCG@5 as served, where whole requests are in the slice; nil where its rows share requests with other slices.
  public let ndcg: MetricValue?
  /// The metrics that are worse here than on all other rows beyond noise, `auc` or `ndcg@5`.
  public fileprivate(set) var worse: [String] = []

  fileprivate var tests: [(metric: String, p: Double)] = []
}

/// The columns that a dataset can be cut by.
public enum SliceColumn: String, CaseIterable, Sendable {
  case device, category
  case contextType = "context_type"
  case newUser = "new_user"
  case position

  /// The value of each row; nil where the dataset does not know.
  func values(of split: DatasetSplit, _ description: DatasetDescription) -> [String]? {
    func named(_ column: CodedColumn) -> [String]? {
      let names = description.codes?[column.rawValue] ?? []
      return split.codes(of: column)?.map { names.indices.contains(Int($0)) ? names[Int($0)] : "(none)" }
    }
    return switch self {
    case .device: named(.device)
    case .category: named(.category)
    case .contextType: named(.contextType)
    case .newUser: split.newUsers?.map { $0 != 0 ? "first request" : "known" }
    case .position: split.positions?.map { "\($0)" }
    }
  }
}

extension ModelScores {
  /// Cuts the rows by a column and tests each part against all other rows.
  ///
  /// A slice is worse beyond noise where a one-sided z-test of its AUC or NDCG@5 against the other rows' falls under 5 %
  /// after Holm's correction for all slices and metrics tested. A slice can also be worse because it is harder for any
  /// model: look at the baselines of the slice before you blame the model.
  ///
  /// Of more than `limit` values the most frequent are shown.
  ///
  /// - Throws: ``DatasetError`` when the dataset does not know a column.
  /// - Complexity: O(rows · slices).
  ///
  /// Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6, 1979.
  public func slices(
    by columns: [SliceColumn], of split: DatasetSplit, _ description: DatasetDescription, limit: Int = 20
  ) throws -> [Slice] {
    try slices(
      columns.map { column in
        guard let values = column.values(of: split, description) else {
          throw DatasetError.input(
            "--by \(column.rawValue): the dataset does not hold it; build it again from events that name it")
        }
        return (column.rawValue, values)
      }, limit: limit)
  }

  /// As above, for the value of each row by the name of the column.
  func slices(_ columns: KeyValuePairs<String, [String]>) throws -> [Slice] { try slices(Array(columns), limit: 20) }

  private func slices(_ columns: [(key: String, value: [String])], limit: Int) throws -> [Slice] {
    var slices: [Slice] = []
    for (column, values) in columns {
      var counts: [String: Int] = [:]
      for value in values { counts[value, default: 0] += 1 }
      let shown = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(limit).map(\.key)
      for value in shown.count > 1 ? shown.sorted(by: Self.naturally) : shown {
        slices.append(try slice(column, value, values.map { $0 == value }))
      }
    }
    Self.judge(&slices)
    return slices
  }

  private static func naturally(_ a: String, _ b: String) -> Bool {
    if let a = Int(a), let b = Int(b) { return a < b }
    return a < b
  }

  private func slice(_ column: String, _ value: String, _ isIn: [Bool]) throws -> Slice {
    let inside = try Part(self, isIn, true)
    let outside = try Part(self, isIn, false)
    var slice = Slice(
      column: column, value: value, rows: inside.labels.count, positives: inside.labels.reduce(0) { $0 + Int($1) },
      auc: try inside.auc(), ndcg: inside.isWhole ? try inside.ndcg() : nil)
    if let p = Self.oneSided(slice.auc, try outside.auc()) { slice.tests.append(("auc", p)) }
    if outside.isWhole, let p = Self.oneSided(slice.ndcg, try outside.ndcg()) { slice.tests.append(("ndcg@5", p)) }
    return slice
  }

  /// The probability of a difference this far below zero if there is none.
  private static func oneSided(_ slice: MetricValue?, _ rest: MetricValue?) -> Double? {
    guard let slice, let rest,
      let variance = [slice, rest].reduce(
        0,
        { sum, metric in
          sum.flatMap { sum in metric.standardError.map { sum + $0 * $0 } }
        }), variance > 0
    else { return nil }
    return 0.5 * erfc((rest.value - slice.value) / (2 * variance).squareRoot())
  }

  /// Holm: the smallest p against 5 % of all tests, the next against 5 % of the others, until one is above.
  private static func judge(_ slices: inout [Slice]) {
    let tests = slices.indices.flatMap { index in slices[index].tests.map { (index, $0.metric, $0.p) } }
      .sorted { ($0.2, $0.0) < ($1.2, $1.0) }
    for (rank, test) in tests.enumerated() {
      guard test.2 <= 0.05 / Double(tests.count - rank) else { return }
      slices[test.0].worse.append(test.1)
    }
  }
}

extension MetricValue {
  /// Half of a normal 95 % interval over 1.96; taken from the side that is not cut off at 0 or 1.
  fileprivate var standardError: Double? {
    guard let low, let high else { return nil }
    return max(high - value, value - low) / 1.959963984540054
  }
}

/// The rows in a slice, or those outside of it.
private struct Part {
  var scores: [Double] = []
  var served: [Double] = []
  var labels: [UInt8] = []
  let groups: RankingGroups
  /// Whether each request is in it with all its rows or none.
  let isWhole: Bool

  init(_ rows: ModelScores, _ isIn: [Bool], _ wanted: Bool) throws {
    var offsets = [0]
    var isWhole = true
    for request in 0..<rows.groups.count {
      for row in rows.groups[request] where isIn[row] == wanted {
        scores.append(rows.logOdds[row])
        served.append(rows.served[row])
        labels.append(rows.labels[row])
      }
      let count = labels.count - offsets[offsets.count - 1]
      guard count > 0 else { continue }
      isWhole = isWhole && count == rows.groups[request].count
      offsets.append(labels.count)
    }
    groups = try RankingGroups(offsets: offsets)
    self.isWhole = isWhole && rows.hasOrder
  }

  func auc() throws -> MetricValue? {
    try delongInterval(scores: scores, labels: labels, groups: groups).map { MetricValue($0) }
  }

  /// The mean over requests with its normal interval.
  func ndcg() throws -> MetricValue? {
    let values = try RankedRequests(scores: served, labels: labels, groups: groups).ndcg(at: 5)
    guard let mean = values.mean, values.used > 1 else { return nil }
    let squares = values.values.reduce(0) { $1.isNaN ? $0 : $0 + ($1 - mean) * ($1 - mean) }
    let margin = 1.959963984540054 * (squares / Double(values.used - 1) / Double(values.used)).squareRoot()
    return MetricValue(value: mean, low: mean - margin, high: mean + margin)
  }
}
