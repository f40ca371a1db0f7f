import LinAlg
import Testing

@testable import Learning

@Suite("Sparse fits")
struct SparseFitTests {
  @Test(
    "The same optimum as the dense solver on the same rows", arguments: [false, true], [ClassWeight.none, .balanced])
  func equalsDense(hasValues: Bool, classWeight: ClassWeight) throws {
    let rows = SparseRows(rows: 1500, columns: 40, seed: 3, hasValues: hasValues, hasWeights: true)
    let parameters = LogisticRegression.Parameters(l2: 0.7, classWeight: classWeight, tolerance: 1e-12)
    let sparse = try rows.fit(parameters)
    let dense = try rows.dense.withData { try LogisticRegression(parameters).fit($0, scaler: .identity(40)) }
    #expect(sparse.report.converged && dense.report.converged)
    #expect(sparse.report.solver == "newton-cg")
    #expect(abs(sparse.report.objective - dense.report.objective) <= 1e-12 * dense.report.objective)
    #expect(abs(sparse.coefficients.intercept - dense.coefficients.intercept) <= 1e-8)
    for j in 0..<40 { #expect(abs(sparse.coefficients.weights[j] - dense.coefficients.weights[j]) <= 1e-8, "\(j)") }
  }

  @Test("Scales are those of a dense scaler with means of 0", arguments: [false, true])
  func scales(hasValues: Bool) throws {
    let rows = SparseRows(rows: 800, columns: 30, seed: 4, hasValues: hasValues)
    let scale = (0..<30).map { 0.25 + Double($0 % 7) }
    let scaler = StandardScaler(mean: [Double](repeating: 0, count: 30), scale: scale)
    let parameters = LogisticRegression.Parameters(tolerance: 1e-12)
    let sparse = try rows.fit(parameters, scale: scale)
    let dense = try rows.dense.withData { try LogisticRegression(parameters).fit($0, scaler: scaler) }
    for j in 0..<30 { #expect(abs(sparse.coefficients.weights[j] - dense.coefficients.weights[j]) <= 1e-8, "\(j)") }
  }

  @Test("max-abs scales: the largest magnitude, 1 for an empty column")
  func maxAbs() throws {
    let matrix = try CSRMatrix(columns: 4, offsets: [0, 2, 3], indices: [0, 2, 0], values: [0.5, -3, -2])
    let labels: [UInt8] = [0, 1]
    let scale = labels.withUnsafeBufferPointer { SparseTrainingData(features: matrix, labels: $0).maxAbsScale() }
    #expect(scale == [2, 1, 3, 1])
  }

  @Test("A weight of k is the row k times, and 0 is no row", arguments: [false, true])
  func weights(hasValues: Bool) throws {
    let rows = SparseRows(rows: 600, columns: 25, seed: 5, hasValues: hasValues, hasWeights: true)
    let parameters = LogisticRegression.Parameters(tolerance: 1e-12)
    let (weighted, repeated) = (try rows.fit(parameters), try rows.repeated.fit(parameters))
    #expect(abs(weighted.report.objective - repeated.report.objective) <= 1e-12 * repeated.report.objective)
    for j in 0..<25 {
      #expect(abs(weighted.coefficients.weights[j] - repeated.coefficients.weights[j]) <= 1e-9, "\(j)")
    }
  }

  @Test("The same bytes at any number of threads", arguments: [false, true])
  func threads(hasValues: Bool) throws {
    let rows = SparseRows(rows: 5000, columns: 400, seed: 6, hasValues: hasValues, hasWeights: true)
    let fits = try [1, 2, 3, 7].map { try rows.fit(.init(threads: $0), scale: rows.withData { $0.maxAbsScale() }) }
    for fit in fits.dropFirst() {
      #expect(fit.coefficients == fits[0].coefficients)
      #expect(fit.report.objective == fits[0].report.objective)
    }
  }

  @Test("Without an intercept, it is 0 and the optimum is that of a free one at a price")
  func withoutIntercept() throws {
    let rows = SparseRows(rows: 500, columns: 20, seed: 7, hasValues: false)
    let free = try rows.fit(.init())
    let none = try rows.fit(.init(), intercept: false)
    #expect(none.report.converged)
    #expect(none.coefficients.intercept == 0)
    #expect(none.report.objective > free.report.objective)
  }

  @Test("A warm start at the optimum takes no step, and one that is worse than zeros is dropped")
  func warmStart() throws {
    let rows = SparseRows(rows: 500, columns: 20, seed: 8, hasValues: true)
    let fit = try rows.fit(.init(tolerance: 1e-8))
    #expect(try rows.fit(.init(tolerance: 1e-8), warmStart: fit.coefficients).report.iterations == 0)
    let far = Coefficients(weights: [Double](repeating: 1e6, count: 20), intercept: -1e6)
    #expect(try rows.fit(.init(tolerance: 1e-8), warmStart: far).coefficients == fit.coefficients)
    #expect(throws: LearningError.self) { try rows.fit(.init(), warmStart: .zeros(19)) }
  }

  @Test("Gradient and product with the Hessian are differences of the objective", arguments: [false, true])
  func derivatives(hasValues: Bool) throws {
    let rows = SparseRows(rows: 700, columns: 15, seed: 9, hasValues: hasValues, hasWeights: true)
    try rows.withData { data in
      let objective = try LogisticRegression(.init(l2: 2.5)).makeObjective(
        data, scale: (0..<15).map { 1 + Double($0) / 4 }, intercept: true)
      let draw = SyntheticRows.draws(seed: 10)
      let point = (0..<objective.order).map { _ in draw() - 0.5 }
      func value(_ point: [Double]) -> (Double, [Double], ScoredLoss) {
        let loss = objective.loss(at: objective.scores(of: point), plus: 0, times: nil)
        let penalty = zip(objective.penalty, point).reduce(0) { $0 + 0.5 * $1.0 * $1.1 * $1.1 }
        let gradient = objective.gradient(of: loss.residuals)
        return (loss.loss + penalty, zip(gradient, zip(objective.penalty, point)).map { $0 + $1.0 * $1.1 }, loss)
      }
      let (_, gradient, loss) = value(point)
      let diagonal = objective.diagonal(of: loss.curvatures)
      for j in 0..<objective.order {
        let h = 1e-4
        var (up, down, unit) = (point, point, point.map { _ in 0.0 })
        up[j] += h
        down[j] -= h
        unit[j] = 1
        let (above, below) = (value(up), value(down))
        #expect(abs((above.0 - below.0) / (2 * h) - gradient[j]) <= 1e-5, "gradient \(j)")
        var product = unit
        let bend = product.withUnsafeMutableBufferPointer { product in
          unit.withUnsafeBufferPointer { objective.multiplyHessian(loss.curvatures, by: $0, into: product) }
        }
        for i in 0..<objective.order {
          #expect(abs((above.1[i] - below.1[i]) / (2 * h) - product[i]) <= 1e-4, "Hessian \(i), \(j)")
        }
        #expect(bend == product[j])
        #expect(abs(diagonal[j] + objective.penalty[j] - bend) <= 1e-4)
      }
    }
  }
}
