import Foundation
import Learning
import Testing

@Suite("Fits with an L1 penalty")
struct LassoTests {
  @Test("Optimal by Karush, Kuhn & Tucker, computed the slow way", arguments: 0..<24)
  func optimality(seed: Int) throws {
    let kinds = ["plain", "duplicate", "constant", "huge"]
    let weights = ["none", "fractional", "integer"]
    let rows = SyntheticRows(
      .init(
        rows: [30, 200, 900][seed % 3], columns: [5, 12, 40][seed / 3 % 3], seed: 100 + seed,
        noise: [0.5, 6][seed / 2 % 2], weights: weights[seed % 3], kind: kinds[seed % 4]))
    let (l1, l2) = ([0.3, 5, 40][seed % 3], [0, 2.0][seed / 3 % 2])
    let balance = seed % 5 == 0 ? ClassWeight.balanced : .none
    let fit = try rows.fit(.init(l2: l2, l1: l1, classWeight: balance, threads: 2))
    #expect(fit.report.converged, "\(fit.report)")
    #expect(fit.report.solver == "proximal")
    let truth = try SlowObjective(rows, l1: l1, l2: l2, balance)
    #expect(truth.violation(fit.coefficients) <= 1.01e-9 + 1e-12)
    #expect(abs(truth.objective(fit.coefficients) - fit.report.objective) <= 1e-10 * fit.report.objective)
  }

  @Test("Weights are exactly zero from the largest slope on, and not all below it", arguments: 1...6)
  func largestPenalty(seed: Int) throws {
    let rows = SyntheticRows(.init(rows: 500, columns: 9, seed: seed, threshold: 1))
    let path = try rows.path(.init(length: 5, ratio: 0.5), tolerance: 1e-9)
    #expect(path.points[0].nonZeros == 0)
    #expect(path.points[0].devianceExplained == 0)
    let largest = path.points[0].penalty.l1
    for (factor, isEmpty) in [(1.0, true), (1.5, true), (0.999, false)] {
      let fit = try rows.fit(.init(l2: 0, l1: factor * largest))
      #expect(fit.coefficients.weights.allSatisfy { $0 == 0 } == isEmpty, "\(factor)")
    }
  }

  @Test("A vanishing L1 penalty is none")
  func vanishing() throws {
    let rows = SyntheticRows(.init(rows: 1500, columns: 11, seed: 41))
    let ridge = try rows.fit(.init(l2: 2, tolerance: 1e-12))
    let both = try rows.fit(.init(l2: 2, l1: 1e-12, tolerance: 1e-12))
    expectClose(both.coefficients, ridge.coefficients, 1e-10)
  }

  @Test("Weight 2 is the row twice, weight 0 no row")
  func weights() throws {
    let weighted = SyntheticRows(.init(rows: 600, columns: 7, seed: 42, weights: "integer"))
    var repeated = SyntheticRows(columns: 7, features: [], labels: [])
    for i in 0..<600 {
      for _ in 0..<Int(weighted.weights?[i] ?? 1) {
        repeated.features += weighted.features[i * 7..<(i + 1) * 7]
        repeated.labels.append(weighted.labels[i])
      }
    }
    let parameters = LogisticRegression.Parameters(l2: 0.5, l1: 20, tolerance: 1e-13)
    expectClose(try weighted.fit(parameters).coefficients, try repeated.fit(parameters).coefficients, 1e-10)
  }

  @Test("Repeated columns share what one would have: the objective of one column less")
  func duplicates() throws {
    let rows = SyntheticRows(.init(rows: 800, columns: 8, seed: 43, kind: "duplicate"))
    var single = SyntheticRows(columns: 6, features: [], labels: rows.labels)
    for i in 0..<800 { single.features += rows.features[i * 8..<i * 8 + 6] }
    let (one, two) = try (single.fit(.init(l2: 0, l1: 3)), rows.fit(.init(l2: 0, l1: 3)))
    #expect(abs(one.report.objective - two.report.objective) <= 1e-9 * one.report.objective)
  }

  @Test("Constant columns stay at zero, and separable labels have a finite optimum")
  func constantAndSeparable() throws {
    let constant = try SyntheticRows(.init(seed: 44, kind: "constant")).fit(.init(l2: 0, l1: 1))
    #expect(constant.coefficients.weights[1...3].allSatisfy { $0 == 0 })
    let separable = try SyntheticRows(.init(rows: 300, columns: 4, seed: 45, noise: 0)).fit(.init(l2: 0, l1: 0.1))
    #expect(separable.report.converged)
    #expect(separable.coefficients.weights.allSatisfy { $0.isFinite })
  }

  @Test("The same bytes at 1, 2 and 3 threads")
  func threads() throws {
    let rows = SyntheticRows(.init(rows: 20_000, columns: 15, seed: 46, weights: "fractional"))
    let paths = try (1...3).map { try rows.path(.init(length: 12), tolerance: 1e-8, threads: $0).points }
    #expect(paths[0] == paths[1] && paths[0] == paths[2])
  }

  @Test("A warm start ends where a cold one does, in fewer steps")
  func warmStart() throws {
    let rows = SyntheticRows(.init(rows: 3000, columns: 20, seed: 47))
    let parameters = LogisticRegression.Parameters(l2: 0, l1: 30, tolerance: 1e-10)
    let cold = try rows.fit(parameters)
    let far = try rows.fit(.init(l2: 0, l1: 33))
    let warm = try rows.fit(parameters, warmStart: far.coefficients)
    #expect(warm.report.iterations < cold.report.iterations)
    expectClose(warm.coefficients, cold.coefficients, 1e-8)
  }
}

extension SyntheticRows {
  /// Scales the rows and fits a path.
  func path(_ grid: PenaltyGrid, tolerance: Double, threads: Int = 2) throws -> PenaltyPath {
    try withData { data in
      let scaler = try StandardScaler.fit(data, threads: threads)
      return try LogisticRegression(.init(tolerance: tolerance, threads: threads)).fitPath(
        data, scaler: scaler, grid: grid)
    }
  }
}

/// The penalised objective and its subgradient by their formulas, row by row.
struct SlowObjective {
  private let rows: SyntheticRows
  private let scaler: StandardScaler
  private let weights: [Double]
  private let penalty: Penalty

  init(_ rows: SyntheticRows, l1: Double, l2: Double, _ balance: ClassWeight) throws {
    self.rows = rows
    scaler = try rows.withData { try StandardScaler.fit($0, threads: 1) }
    penalty = Penalty(l1: l1, l2: l2)
    var weights = rows.weights.map { $0.map(Double.init) } ?? [Double](repeating: 1, count: rows.labels.count)
    if balance == .balanced {
      var totals = [0.0, 0.0]
      for (weight, label) in zip(weights, rows.labels) { totals[Int(label)] += weight }
      for i in weights.indices { weights[i] *= (totals[0] + totals[1]) / (2 * totals[Int(rows.labels[i])]) }
    }
    self.weights = weights
  }

  private func scaled(_ i: Int, _ j: Int) -> Double {
    (Double(rows.features[i * rows.columns + j]) - scaler.mean[j]) / scaler.scale[j]
  }

  private func score(_ i: Int, _ model: Coefficients) -> Double {
    (0..<rows.columns).reduce(model.intercept) { $0 + model.weights[$1] * scaled(i, $1) }
  }

  func objective(_ model: Coefficients) -> Double {
    var sum = model.weights.reduce(0) { $0 + penalty.l1 * abs($1) + 0.5 * penalty.l2 * $1 * $1 }
    for i in rows.labels.indices {
      let margin = score(i, model) * (rows.labels[i] == 1 ? 1 : -1)
      sum += weights[i] * (max(-margin, 0) + log1p(exp(-abs(margin))))
    }
    return sum
  }

  /// The largest entry of the subgradient of least norm, divided by the sum of the weights.
  func violation(_ model: Coefficients) -> Double {
    var gradient = model.weights.map { penalty.l2 * $0 }
    var intercept = 0.0
    for i in rows.labels.indices {
      let residual = weights[i] * (1 / (1 + exp(-score(i, model))) - Double(rows.labels[i]))
      intercept += residual
      for j in gradient.indices { gradient[j] += residual * scaled(i, j) }
    }
    var largest = abs(intercept)
    for (weight, slope) in zip(model.weights, gradient) {
      let miss =
        weight == 0 ? max(abs(slope) - penalty.l1, 0) : abs(slope + (weight > 0 ? penalty.l1 : -penalty.l1))
      largest = max(largest, miss)
    }
    return largest / weights.reduce(0, +)
  }
}
