import Learning
import Testing

@Suite("What holds for any data")
struct PropertyTests {
  static let solvers = LogisticRegression.Solver.allCases

  @Test("Weight 2 is the row twice, weight 0 no row", arguments: solvers)
  func weights(_ solver: LogisticRegression.Solver) throws {
    var weighted = SyntheticRows(.init(rows: 900, columns: 7, seed: 21, weights: "integer"))
    var repeated = SyntheticRows(columns: 7, features: [], labels: [])
    for i in 0..<900 {
      for _ in 0..<Int(weighted.weights?[i] ?? 1) {
        repeated.features += weighted.features[i * 7..<(i + 1) * 7]
        repeated.labels.append(weighted.labels[i])
      }
    }
    let parameters = LogisticRegression.Parameters(classWeight: .balanced, tolerance: 1e-13, solver: solver)
    let one = try weighted.fit(parameters)
    let two = try repeated.fit(parameters)
    expectClose(one.coefficients, two.coefficients, 1e-10)
    #expect(abs(one.report.objective - two.report.objective) <= 1e-12 * two.report.objective)

    // Doubling all weights is halving the penalty.
    weighted.weights = weighted.weights?.map { 2 * $0 }
    let three = try weighted.fit(.init(l2: 2, classWeight: .balanced, tolerance: 1e-13, solver: solver))
    expectClose(one.coefficients, three.coefficients, 1e-10)
  }

  @Test("The same bytes at 1, 2 and 3 threads", arguments: solvers)
  func threads(_ solver: LogisticRegression.Solver) throws {
    let rows = SyntheticRows(.init(rows: 50_000, columns: 19, seed: 22, weights: "fractional"))
    let fits = try [1, 2, 3].map { try rows.fit(.init(solver: solver, threads: $0)) }
    for fit in fits[1...] {
      #expect(fit.coefficients == fits[0].coefficients)
      #expect(fit.report.objective == fits[0].report.objective)
      #expect(fit.report.gradientNorm == fits[0].report.gradientNorm)
    }
    let scalers = try rows.withData { data in try [1, 2].map { try StandardScaler.fit(data, threads: $0) } }
    #expect(scalers[0] == scalers[1])
  }

  @Test("A warm start finds the same optimum in fewer iterations", arguments: solvers)
  func warmStart(_ solver: LogisticRegression.Solver) throws {
    let rows = SyntheticRows(.init(rows: 4000, columns: 10, seed: 23))
    let cold = try rows.fit(.init(tolerance: 1e-12, solver: solver))
    var near = cold.coefficients
    for j in near.weights.indices { near.weights[j] *= 1.01 }
    let warm = try rows.fit(.init(tolerance: 1e-12, solver: solver), warmStart: near)
    #expect(warm.report.iterations < cold.report.iterations)
    expectClose(warm.coefficients, cold.coefficients, 1e-9)
    let done = try rows.fit(.init(tolerance: 1e-10, solver: solver), warmStart: cold.coefficients)
    #expect(done.report.iterations == 0)
    #expect(done.coefficients == cold.coefficients)
  }

  @Test("All solvers agree")
  func solversAgree() throws {
    let rows = SyntheticRows(.init(rows: 30_000, columns: 24, seed: 24))
    let fits = try Self.solvers.map { try rows.fit(.init(l2: 3, tolerance: 1e-12, solver: $0)) }
    for fit in fits { expectClose(fit.coefficients, fits[0].coefficients, 1e-9) }
  }

  @Test("Progress counts up and the objective falls", arguments: solvers)
  func progress(_ solver: LogisticRegression.Solver) throws {
    let rows = SyntheticRows(.init(rows: 3000, columns: 6, seed: 25))
    var reports: [IterationReport] = []
    let fit = try rows.fit(.init(solver: solver)) { reports.append($0) }
    let whole = reports.filter { $0.rows == 3000 }
    #expect(whole.map(\.iteration) == Array(0...fit.report.iterations))
    for (earlier, later) in zip(whole, whole.dropFirst()) {
      #expect(later.objective <= earlier.objective * (1 + 1e-12))
    }
    #expect(whole.last?.gradientNorm == fit.report.gradientNorm)
  }

  @Test("A step too far is cut back", arguments: [-9.0, -20, -100, 12])
  func lineSearch(start: Double) throws {
    // One of a thousand rows is positive: f is flat below −7, and a Newton step from there jumps over the optimum.
    let rows = SyntheticRows(columns: 0, features: [], labels: (0..<1000).map { $0 == 500 ? 1 : 0 })
    var reports: [IterationReport] = []
    let warm = Coefficients(weights: [], intercept: start)
    let fit = try rows.fit(.init(solver: .newton), warmStart: warm) { reports.append($0) }
    #expect(fit.report.converged, "\(fit.report)")
    #expect(abs(fit.coefficients.intercept + 6.906754778648554) < 1e-5)  // log(1/999)
    guard start == -9 else { return }
    #expect(reports.contains { $0.stepSize < 1 })
    for (earlier, later) in zip(reports, reports.dropFirst()) {
      #expect(later.objective <= earlier.objective)
    }
  }

  @Test("Out of iterations is not converged", arguments: solvers)
  func outOfIterations(_ solver: LogisticRegression.Solver) throws {
    let rows = SyntheticRows(.init(rows: 3000, columns: 6, seed: 26))
    for limit in 0...1 {
      let fit = try rows.fit(.init(tolerance: 1e-15, maxIterations: limit, solver: solver))
      #expect(!fit.report.converged)
      #expect(fit.report.iterations == limit)
      #expect(fit.report.stopReason.contains("limit"))
    }
  }
}

/// Every weight and the intercept within `tolerance` of the other's, relative to the largest of them.
func expectClose(_ one: Coefficients, _ two: Coefficients, _ tolerance: Double) {
  let (a, b) = (one.weights + [one.intercept], two.weights + [two.intercept])
  #expect(a.count == b.count)
  let size = b.reduce(0) { max($0, abs($1)) }
  for (x, y) in zip(a, b) { #expect(abs(x - y) <= tolerance * size, "\(x) and \(y)") }
}
