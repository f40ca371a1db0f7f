import Foundation
import LinAlg
import Testing

@testable import Learning

@Suite("Loss, gradient and Hessian")
struct DerivativeTests {
  @Test("The loss and its derivatives at a score, against libm", arguments: [UInt8(0), 1], [Float?.none, 3])
  func loss(label: UInt8, weight: Float?) throws {
    let scores: [Double] = [
      0, 1e-300, -1e-12, 0.3, -0.4, 0.8, -0.9, 1, 5, -5, 17, -36.7, 40, -100, 700, -700, 1e4, -1e4, 1e300, -1e300,
      0.881, 0.882,
    ]
    // No features: the score is the intercept. Nine rows: one whole vector and a rest.
    let rows = SyntheticRows(
      columns: 0, features: [], labels: [UInt8](repeating: label, count: 9),
      weights: weight.map { [Float](repeating: $0, count: 9) })
    let c = 9 * Double(weight ?? 1)
    try rows.withData { data in
      let objective = Objective(
        data: data, scaler: .identity(0), l2: 1, classWeights: (1, 1), totalWeight: c, threads: 1)
      for z in scores {
        let value = try objective.value(at: [z], curvature: .double)
        let margin = label == 1 ? z : -z
        let e = exp(-abs(margin))
        let loss = c * (log1p(e) + max(-margin, 0))
        // Without weights, the logarithm of a product of (1 + e): good to a unit in the last place of 1.
        #expect(abs(value.objective - loss) <= 1e-15 * (loss + c * (weight == nil ? 1 : 0)) + 1e-300, "loss of \(z)")
        let tail = margin >= 0 ? e / (1 + e) : 1 / (1 + e)
        let residual = label == 1 ? -c * tail : c * tail
        #expect(abs(value.gradient[0] - residual) <= 3e-15 * abs(residual) + 1e-300, "residual of \(z)")
        let curvature = try #require(value.hessian)[0, 0]
        #expect(abs(curvature - c * e / (1 + e) / (1 + e)) <= 5e-15 * c * e + 1e-300, "curvature of \(z)")
      }
    }
  }

  @Test("Gradient and Hessian are the differences of objective and gradient", arguments: [1, 8, 13])
  func differences(columns: Int) throws {
    let rows = SyntheticRows(.init(rows: 3000, columns: columns, seed: 40 + columns, weights: "fractional"))
    try rows.withData { data in
      let objective = Objective(
        data: data, scaler: try .fit(data), l2: 2.5, classWeights: (0.75, 2), totalWeight: 3000, threads: 2)
      let draw = SyntheticRows.draws(seed: 50)
      let point = (0...columns).map { _ in draw() - 0.5 }
      let value = try objective.value(at: point, curvature: .double)
      let single = try objective.value(at: point, curvature: .single)
      let alone = try objective.value(at: point)
      #expect(value.objective == alone.objective)
      for j in 0...columns {
        let h = 1e-4
        var (up, down) = (point, point)
        up[j] += h
        down[j] -= h
        let (above, below) = try (objective.value(at: up), objective.value(at: down))
        let slope = (above.objective - below.objective) / (2 * h)
        #expect(abs(slope - value.gradient[j]) <= 1e-5 * 3000 * h, "gradient \(j)")
        for i in 0...columns {
          let expected = (above.gradient[i] - below.gradient[i]) / (2 * h)
          let found = try #require(value.hessian)[max(i, j), min(i, j)]
          #expect(abs(found - expected) <= 1e-7 * 3000, "Hessian \(i), \(j)")
          #expect(abs(try #require(single.hessian)[max(i, j), min(i, j)] - found) <= 1e-6 * 3000)
        }
      }
    }
  }
}
