import Testing

@testable import Learning

@Suite("The nested solver")
struct NestedTests {
  @Test("Samples are nested, evenly spread, and all rows at step 1", arguments: [1, 7, 64, 65, 1000], [1, 3, 12])
  func samples(rows: Int, step: Int) {
    let sample = RowSample(rows: rows, blockRows: 8, step: step)
    var seen = Set<Int>()
    for block in 0..<sample.blocks {
      #expect(!sample[block].isEmpty)
      seen.formUnion(sample[block])
    }
    #expect(seen == Set((0..<rows).filter { $0 / 8 % step == 0 }))
    #expect(sample.count == seen.count)
  }

  @Test("No Hessian of all rows where the samples are like the whole", arguments: ["none", "fractional"])
  func noFullHessian(weights: String) throws {
    let rows = SyntheticRows(.init(rows: 60_000, columns: 12, seed: 61, weights: weights))
    let fit = try rows.fit(.init(classWeight: .balanced, tolerance: 1e-7, solver: .nested))
    #expect(fit.report.converged && fit.report.solver == "nested")
    // Samples are a part of the rows, and passes are rounded up.
    #expect(fit.report.hessianPasses == 1, "\(fit.report)")
    #expect(fit.report.iterations <= 5, "\(fit.report)")
  }

  @Test("Rows in an order that misleads samples still lead to the optimum", arguments: ["label", "feature", "period"])
  func ordered(by order: String) throws {
    let rows = SyntheticRows(.init(rows: 40_000, columns: 5, seed: 62))
    var indices = Array(0..<rows.labels.count)
    switch order {
    case "label": indices.sort { (rows.labels[$0], $0) < (rows.labels[$1], $1) }
    case "feature": indices.sort { (rows.features[$0 * 5], $0) < (rows.features[$1 * 5], $1) }
    default:
      // Every other 256 rows have one label, so that samples of even steps see that one only.
      let ones = indices.filter { rows.labels[$0] == 1 }
      let zeros = indices.filter { rows.labels[$0] == 0 }
      let half = min(ones.count, zeros.count) / 256 * 256
      indices = []
      for start in stride(from: 0, to: half, by: 256) {
        indices += ones[start..<start + 256] + zeros[start..<start + 256]
      }
    }
    let sorted = SyntheticRows(
      columns: 5, features: indices.flatMap { rows.features[$0 * 5..<$0 * 5 + 5] },
      labels: indices.map { rows.labels[$0] })
    for l2 in [0, 1.0] {
      let expected = try sorted.fit(.init(l2: l2, tolerance: 1e-12, solver: .newton))
      let found = try sorted.fit(.init(l2: l2, tolerance: 1e-12, solver: .nested))
      #expect(found.report.converged, "\(found.report)")
      expectClose(found.coefficients, expected.coefficients, 1e-8)
    }
  }

  @Test("A warm start far away is no trap")
  func farWarmStart() throws {
    let rows = SyntheticRows(.init(rows: 40_000, columns: 5, seed: 63))
    let expected = try rows.fit(.init(tolerance: 1e-12, solver: .newton))
    for size in [1.0, 30, 1e4, -1e8] {
      let far = Coefficients(weights: [size, -size, size, size, -size], intercept: size)
      for solver in LogisticRegression.Solver.allCases {
        let fit = try rows.fit(.init(tolerance: 1e-12, solver: solver), warmStart: far)
        #expect(fit.report.converged, "\(size): \(fit.report)")
        expectClose(fit.coefficients, expected.coefficients, 1e-8)
      }
    }
  }
}
