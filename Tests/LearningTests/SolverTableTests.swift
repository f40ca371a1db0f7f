import Learning
import Testing

/// The table of docs/data-scientists.md, "Data that fits stumble over": every solver, with and without a penalty.
@Suite("Every solver has the documented result for odd data")
struct SolverTableTests {
  enum Case: String, CaseIterable, Sendable {
    case separable, constantColumn, duplicateColumns, fewerRowsThanColumns, weightsOfZero, zeroRow, allZero, huge,
      largest

    var rows: SyntheticRows {
      switch self {
      case .separable: return SyntheticRows(.init(rows: 600, columns: 4, seed: 101, noise: 0))
      case .constantColumn: return SyntheticRows(.init(rows: 600, columns: 6, seed: 102, kind: "constant"))
      case .duplicateColumns: return SyntheticRows(.init(rows: 600, columns: 8, seed: 103, kind: "duplicate"))
      case .fewerRowsThanColumns: return SyntheticRows(.init(rows: 30, columns: 60, seed: 104))
      case .weightsOfZero:
        var rows = SyntheticRows(.init(rows: 600, columns: 6, seed: 105, weights: "integer"))
        // Labels turned where the weight is 0: whoever counts these rows finds another optimum.
        for i in rows.labels.indices where rows.weights?[i] == 0 { rows.labels[i] = 1 - rows.labels[i] }
        return rows
      case .zeroRow:
        var rows = SyntheticRows(.init(rows: 600, columns: 6, seed: 106))
        for j in 0..<6 { rows.features[300 * 6 + j] = 0 }
        return rows
      case .allZero:
        return SyntheticRows(
          columns: 3, features: [Float](repeating: 0, count: 600), labels: (0..<200).map { $0 % 5 == 0 ? 1 : 0 })
      case .huge: return SyntheticRows(.init(rows: 600, columns: 6, seed: 107, kind: "huge"))
      case .largest:
        let draw = SyntheticRows.draws(seed: 108)
        let big = Float.greatestFiniteMagnitude
        let features = (0..<400).map { _ in draw() < 0.5 ? big : -big }
        return SyntheticRows(
          columns: 2, features: features, labels: (0..<200).map { (features[2 * $0] > 0) == (draw() < 0.8) ? 1 : 0 })
      }
    }

    /// Whether the optimum is out of reach without a penalty: coefficients grow until the gradient is small enough.
    var growsWithoutPenalty: Bool { self == .separable || self == .fewerRowsThanColumns }
  }

  @Test(
    "A finite optimum, the same for all", arguments: Case.allCases, LogisticRegression.Solver.allCases)
  func optimum(_ data: Case, _ solver: LogisticRegression.Solver) throws {
    let rows = data.rows
    for l2 in [0, 1.0] {
      let reference = try rows.fit(.init(l2: l2, solver: .newton))
      let fit = try rows.fit(.init(l2: l2, solver: solver))
      #expect((fit.coefficients.weights + [fit.coefficients.intercept]).allSatisfy { $0.isFinite })
      #expect(fit.report.converged, "l2 \(l2): \(fit.report)")
      guard l2 > 0 || !data.growsWithoutPenalty else {
        #expect(fit.report.objective < 1e-6 * Double(rows.labels.count), "\(fit.report)")
        continue
      }
      #expect(
        abs(fit.report.objective - reference.report.objective) <= 1e-9 * reference.report.objective, "l2 \(l2)")
      if l2 > 0 { expectClose(fit.coefficients, reference.coefficients, 1e-6) }
    }
  }

  @Test("Rows of weight 0 are as if they weren't there", arguments: LogisticRegression.Solver.allCases)
  func weightsOfZero(_ solver: LogisticRegression.Solver) throws {
    let all = Case.weightsOfZero.rows
    var kept = SyntheticRows(columns: all.columns, features: [], labels: [], weights: [])
    for i in all.labels.indices {
      guard let weight = all.weights?[i], weight > 0 else { continue }
      kept.features += all.features[i * all.columns..<(i + 1) * all.columns]
      kept.labels.append(all.labels[i])
      kept.weights?.append(weight)
    }
    expectClose(
      try all.fit(.init(solver: solver)).coefficients, try kept.fit(.init(solver: solver)).coefficients, 1e-6)
  }

  @Test("One label, no weight and no row are errors that say so", arguments: LogisticRegression.Solver.allCases)
  func errors(_ solver: LogisticRegression.Solver) {
    for l2 in [0, 1.0] {
      let parameters = LogisticRegression.Parameters(l2: l2, solver: solver)
      let one = SyntheticRows(columns: 1, features: [1, 2, 3], labels: [1, 1, 1])
      #expect(throws: LearningError.oneClassOnly(label: 1, rows: 3)) { try one.fit(parameters) }
      let none = SyntheticRows(columns: 1, features: [1, 2, 3], labels: [0, 1, 1], weights: [0, 0, 0])
      #expect(throws: LearningError.noWeight(rows: 3)) { try none.fit(parameters) }
      #expect(throws: LearningError.empty) { try SyntheticRows(columns: 1, features: [], labels: []).fit(parameters) }
    }
  }
}

/// What solvers for wide data have beside the tests that all solvers pass.
@Suite("Solvers for wide data")
struct WideTests {
  @Test("More columns than a Hessian is kept for: auto multiplies with it, and agrees with L-BFGS")
  func wide() throws {
    let rows = SyntheticRows(.init(rows: 120, columns: 2100, seed: 111))
    let auto = try rows.fit(.init(l2: 10))
    #expect(auto.report.solver == "newton-cg" && auto.report.converged)
    expectClose(try rows.fit(.init(l2: 10, solver: .lbfgs)).coefficients, auto.coefficients, 1e-7)
  }

  @Test("Columns that all lean the same way: the diagonal is far from the Hessian", arguments: ["lbfgs", "newton-cg"])
  func correlated(_ name: String) throws {
    var rows = SyntheticRows(.init(rows: 2000, columns: 40, seed: 112))
    for i in 0..<2000 {
      let common = 20 * rows.features[i * 40]
      for j in 1..<40 { rows.features[i * 40 + j] += common }
    }
    let solver = try #require(LogisticRegression.Solver(rawValue: name))
    let fit = try rows.fit(.init(tolerance: 1e-10, maxIterations: 500, solver: solver))
    #expect(fit.report.converged, "\(fit.report)")
    expectClose(fit.coefficients, try rows.fit(.init(tolerance: 1e-10, solver: .newton)).coefficients, 1e-6)
  }
}
