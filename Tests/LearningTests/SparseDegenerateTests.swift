import Learning
import LinAlg
import Testing

@Suite("Degenerate sparse rows")
struct SparseDegenerateTests {
  private func rows(_ columns: Int, _ rows: [[Int32]], _ labels: [UInt8]) -> SparseRows {
    var result = SparseRows(rows: 0, columns: columns, seed: 0, hasValues: false)
    for row in rows {
      result.indices += row
      result.offsets.append(Int64(result.indices.count))
    }
    result.labels = labels
    return result
  }

  @Test("Columns without entries have coefficient 0, also without a penalty", arguments: [0.0, 1])
  func emptyColumns(l2: Double) throws {
    let fit = try rows(5, [[1], [1, 3], [3], [1, 3], []], [0, 1, 0, 1, 1]).fit(.init(l2: l2, tolerance: 1e-6))
    #expect(fit.coefficients.weights[0] == 0 && fit.coefficients.weights[2] == 0 && fit.coefficients.weights[4] == 0)
    #expect(fit.coefficients.weights.allSatisfy { $0.isFinite })
  }

  @Test("Rows without any entry: only the intercept is left, the log-odds of the labels")
  func emptyRows() throws {
    let fit = try rows(3, [[], [], [], []], [1, 0, 0, 0]).fit(.init(tolerance: 1e-12))
    #expect(abs(fit.coefficients.intercept + 1.0986122886681098) < 1e-9)
    let none = try rows(0, [[], []], [1, 0]).fit(.init(), intercept: false)
    #expect(none.report.converged && none.report.iterations == 0)
  }

  @Test("Separable labels: an optimum with a penalty, no hang and no NaN without")
  func separable() throws {
    let data = rows(2, [[0], [0], [1], [1]], [1, 1, 0, 0])
    #expect(try data.fit(.init(l2: 0.1)).report.converged)
    let free = try data.fit(.init(l2: 0, tolerance: 1e-9))
    #expect(free.coefficients.weights.allSatisfy { $0.isFinite })
    #expect(free.report.objective < 1e-6)
  }

  @Test("Values of 1e30 next to values of 1e-30")
  func hugeValues() throws {
    var data = SparseRows(rows: 200, columns: 12, seed: 12, hasValues: true)
    for entry in data.indices.indices {
      let exponent: Float = data.indices[entry] % 3 == 0 ? 1e30 : data.indices[entry] % 3 == 1 ? 1e-30 : 1
      data.values?[entry] *= exponent
    }
    let fit = try data.fit(.init(tolerance: 1e-8), scale: try data.withData { $0.maxAbsScale() })
    #expect(fit.report.converged)
    let unscaled = try data.fit(.init(maxIterations: 3))
    #expect(unscaled.coefficients.weights.allSatisfy { $0.isFinite } && unscaled.report.objective.isFinite)
  }

  @Test("One class, no weight, no row, a label of 2: an error that says so")
  func errors() {
    #expect(throws: LearningError.oneClassOnly(label: 1, rows: 2)) { try rows(2, [[0], [1]], [1, 1]).fit(.init()) }
    #expect(throws: LearningError.empty) { try rows(2, [], []).fit(.init()) }
    #expect(throws: LearningError.invalidLabel(row: 1, label: 2)) { try rows(2, [[0], [1]], [1, 2]).fit(.init()) }
    var weighted = rows(2, [[0], [1]], [1, 0])
    weighted.weights = [0, 0]
    #expect(throws: LearningError.noWeight(rows: 2)) { try weighted.fit(.init()) }
    weighted.weights = [1, -1]
    #expect(throws: LearningError.invalidWeight(row: 1, weight: -1)) { try weighted.fit(.init()) }
    #expect(throws: LearningError.self) { try rows(2, [[0], [1]], [1, 0]).fit(.init(), scale: [1, 0]) }
  }
}
