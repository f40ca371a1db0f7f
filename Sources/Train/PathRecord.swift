internal import Foundation
internal import JSON
internal import Learning

/// `path.json`: a path of penalties, how its models did on rows not seen, and which was chosen.
struct PathRecord: Codable {
  /// What losses and AUCs are of: `validation`, `cross-validation`, or `none`.
  var judgedBy: String
  var folds: Int?
  var foldUnit: FoldUnit?
  var rule: PathRule
  var l1Ratio: Double
  /// The tolerance that the values were fitted to.
  var tolerance: Double
  /// The index of the value chosen, from 0 on.
  var chosen: Int?
  var gradientPasses: Int
  var hessianPasses: Int
  var values: [Value]

  /// One value of the path.
  struct Value: Codable {
    var l1: Double
    var l2: Double
    var nonZeros: Int
    var objective: Double
    var devianceExplained: Double
    var logLoss: PenaltyRule.Estimate?
    var auc: PenaltyRule.Estimate?
    var intercept: Double
    /// Of the scaled features, in model.json's order.
    var coefficients: [Double]

    init(_ point: PenaltyPath.Point, _ measured: [HeldOutMeasures]) {
      l1 = point.penalty.l1
      l2 = point.penalty.l2
      nonZeros = point.nonZeros
      objective = point.objective
      devianceExplained = point.devianceExplained
      intercept = point.coefficients.intercept
      coefficients = point.coefficients.weights
      guard !measured.isEmpty else { return }
      logLoss = .init(measured.map(\.logLoss))
      let areas = measured.compactMap(\.auc)
      if areas.count == measured.count { auc = .init(areas) }
    }

    enum CodingKeys: String, CodingKey {
      case l1, l2, objective, auc, intercept, coefficients
      case nonZeros = "non_zeros"
      case devianceExplained = "deviance_explained"
      case logLoss = "log_loss"
    }
  }

  enum CodingKeys: String, CodingKey {
    case folds, rule, tolerance, chosen, values
    case judgedBy = "judged_by"
    case foldUnit = "fold_unit"
    case l1Ratio = "l1_ratio"
    case gradientPasses = "gradient_passes"
    case hessianPasses = "hessian_passes"
  }

  var penalty: Penalty? { chosen.map { Penalty(l1: values[$0].l1, l2: values[$0].l2) } }

  var coefficients: Coefficients? {
    chosen.map { Coefficients(weights: values[$0].coefficients, intercept: values[$0].intercept) }
  }

  func json(pretty: Bool = false) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = pretty ? [.prettyPrinted, .sortedKeys] : [.sortedKeys]
    return try encoder.encode(self)
  }

  /// The path for people; the value chosen has a star.
  var table: String {
    var table = Table("", "l1", "l2", "non-zeros", "objective", "explained", "log loss", "± s.e.", "AUC", "± s.e.")
    for (index, value) in values.enumerated() {
      table.add(
        "\(index + 1)\(index == chosen ? " *" : "")", significant(value.l1), significant(value.l2),
        grouped(value.nonZeros), fixed(value.objective, 3), fixed(100 * value.devianceExplained, 2) + " %",
        value.logLoss.map { fixed($0.mean, 6) } ?? "–", value.logLoss?.standardError.map { fixed($0, 6) } ?? "–",
        value.auc.map { fixed($0.mean) } ?? "–", value.auc?.standardError.map { fixed($0) } ?? "–")
    }
    guard let chosen, chosen > 0, chosen == values.count - 1 else { return table.text }
    return table.text + "\n\nThe smallest penalty was chosen: a path further down (--path-ratio) may do better."
  }

  private func significant(_ value: Double) -> String { String(format: "%.5g", value) }
}

extension OutputOptions {
  /// A path of which nothing was chosen.
  func show(_ path: PathRecord, seconds: Double) throws {
    try print(text: path.table) {
      try $0.field("path", path)
      $0.field("path_seconds", seconds)
    }
  }
}

extension JSONWriter {
  mutating func field(_ name: String, _ path: PathRecord) throws {
    key(name)
    raw(String(decoding: try path.json(), as: UTF8.self))
  }
}

/// How a model does on rows that it was not fitted to.
struct HeldOutMeasures {
  var logLoss: Double
  /// nil without both labels.
  var auc: Double?
}
