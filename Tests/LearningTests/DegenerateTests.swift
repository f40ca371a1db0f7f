import Learning
import Testing

@Suite("Data that solvers stumble over")
struct DegenerateTests {
  static let solvers = LogisticRegression.Solver.allCases

  @Test("One label only is an error that says which")
  func oneClass() {
    let rows = SyntheticRows(columns: 1, features: [1, 2, 3], labels: [1, 1, 1])
    #expect(throws: LearningError.oneClassOnly(label: 1, rows: 3)) { try rows.fit(.init()) }
    // A label that only rows of weight 0 have is not there.
    let weighted = SyntheticRows(columns: 1, features: [1, 2, 3], labels: [0, 1, 0], weights: [1, 0, 2])
    #expect(throws: LearningError.oneClassOnly(label: 0, rows: 2)) { try weighted.fit(.init()) }
  }

  @Test("NaN and infinity are named, wherever they are", arguments: [Float.nan, .infinity, -.infinity], solvers)
  func nonFinite(_ value: Float, _ solver: LogisticRegression.Solver) throws {
    let clean = SyntheticRows(.init(rows: 5000, columns: 5, seed: 31))
    let scaler = try clean.withData { try StandardScaler.fit($0) }
    for (row, feature) in [(0, 0), (2500, 3), (4999, 4)] {
      var rows = clean
      rows.features[row * 5 + feature] = value
      let expected = LearningError.nonFinite(row: row, feature: feature)
      rows.withData { data in
        #expect(throws: expected) { try StandardScaler.fit(data) }
        let regression = LogisticRegression(.init(solver: solver))
        #expect(throws: expected) { try regression.fit(data, scaler: scaler) }
        let warm = Coefficients(weights: [1, -1, 1, -1, 1], intercept: 0.5)
        #expect(throws: expected) { try regression.fit(data, scaler: scaler, warmStart: warm) }
      }
    }
  }

  @Test("Labels, weights and sizes are checked")
  func checks() {
    var rows = SyntheticRows(columns: 1, features: [1, 2, 3], labels: [0, 1, 2])
    #expect(throws: LearningError.invalidLabel(row: 2, label: 2)) { try rows.fit(.init()) }
    let many = SyntheticRows(
      columns: 0, features: [], labels: (0..<20).map { $0 == 13 ? 255 : UInt8($0 % 2) })
    #expect(throws: LearningError.invalidLabel(row: 13, label: 255)) { try many.fit(.init()) }
    rows.labels = [0, 1, 0]
    rows.weights = [1, -1, 1]
    #expect(throws: LearningError.invalidWeight(row: 1, weight: -1)) { try rows.fit(.init()) }
    rows.weights = [0, 0, 0]
    #expect(throws: LearningError.noWeight(rows: 3)) { try rows.fit(.init()) }
    #expect(throws: LearningError.empty) {
      try SyntheticRows(columns: 1, features: [], labels: []).fit(.init())
    }
    rows.weights = nil
    rows.withData { data in
      #expect(throws: LearningError.self) {
        try LogisticRegression().fit(data, scaler: .identity(2))
      }
      #expect(throws: LearningError.self) {
        try LogisticRegression().fit(data, scaler: .init(mean: [0], scale: [0]))
      }
      #expect(throws: LearningError.self) {
        try LogisticRegression().fit(data, scaler: .identity(1), warmStart: .zeros(2))
      }
    }
  }

  @Test("Separable labels without a penalty end, with finite weights", arguments: solvers)
  func separable(_ solver: LogisticRegression.Solver) throws {
    let rows = SyntheticRows(columns: 1, features: [-3, -2, -1, 1, 2, 3], labels: [0, 0, 0, 1, 1, 1])
    let fit = try rows.fit(.init(l2: 0, solver: solver))
    #expect(fit.coefficients.weights[0].isFinite && fit.coefficients.weights[0] > 10)
    #expect(fit.report.gradientNorm < 1e-8)
  }

  @Test("Repeated columns share a weight; without a penalty an optimum is still found", arguments: solvers)
  func repeatedColumns(_ solver: LogisticRegression.Solver) throws {
    let rows = SyntheticRows(.init(rows: 2000, columns: 8, seed: 32, kind: "duplicate"))
    let shared = try rows.fit(.init(tolerance: 1e-12, solver: solver)).coefficients.weights
    #expect(abs(shared[7] - shared[1]) <= 1e-8 * abs(shared[1]))
    let free = try rows.fit(.init(l2: 0, solver: solver))
    #expect(free.report.converged, "\(free.report)")
  }

  @Test("Constant columns get weight 0, at any penalty", arguments: solvers)
  func constantColumns(_ solver: LogisticRegression.Solver) throws {
    let rows = SyntheticRows(.init(rows: 2000, columns: 6, seed: 33, kind: "constant"))
    for l2 in [0, 1, 1e6] {
      let fit = try rows.fit(.init(l2: l2, solver: solver))
      #expect(fit.report.converged, "\(fit.report)")
      for j in 1...3 { #expect(abs(fit.coefficients.weights[j]) < 1e-9) }
    }
  }

  @Test("All rows zero: the intercept is the log-odds of the labels", arguments: solvers)
  func zeroRows(_ solver: LogisticRegression.Solver) throws {
    let rows = SyntheticRows(
      columns: 3, features: [Float](repeating: 0, count: 300), labels: (0..<100).map { $0 < 20 ? 1 : 0 })
    let fit = try rows.fit(.init(solver: solver))
    #expect(fit.report.converged)
    #expect(fit.coefficients.weights == [0, 0, 0])
    #expect(abs(fit.coefficients.intercept + 1.3862943611198906) < 1e-8)  // log(20/80)
  }

  @Test("Huge values, scaled or not, give a finite optimum", arguments: solvers)
  func huge(_ solver: LogisticRegression.Solver) throws {
    let rows = SyntheticRows(.init(rows: 2000, columns: 6, seed: 34, kind: "huge"))
    #expect(try rows.fit(.init(solver: solver)).report.converged)
    // Unscaled, the gradient is in units of 1e30: it can't come under the tolerance, and has to say so.
    let fit = try rows.withData { data in
      try LogisticRegression(.init(solver: solver)).fit(data, scaler: .identity(6))
    }
    #expect((fit.coefficients.weights + [fit.coefficients.intercept]).allSatisfy { $0.isFinite })
    #expect(fit.report.objective.isFinite && fit.report.objective <= 2000 * 0.6932)
  }

  @Test("The largest floats are scaled, not overflowed")
  func largestFloats() throws {
    let big = Float.greatestFiniteMagnitude
    let rows = SyntheticRows(
      columns: 2, features: [big, -big, -big, big, big, big, -big, -big], labels: [1, 0, 1, 0])
    let fit = try rows.fit(.init())
    #expect(fit.report.converged)
    #expect(fit.coefficients.weights.allSatisfy { $0.isFinite })
  }

  @Test("No columns: only an intercept", arguments: solvers)
  func noColumns(_ solver: LogisticRegression.Solver) throws {
    let rows = SyntheticRows(columns: 0, features: [], labels: [0, 1, 1, 1])
    let fit = try rows.fit(.init(solver: solver))
    #expect(abs(fit.coefficients.intercept - 1.0986122886681098) < 1e-8)  // log 3
  }
}
