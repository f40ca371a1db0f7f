import Foundation
import Learning
import Testing

/// What scikit-learn's saga and glmnet found in the same data; see Fixtures/README.md.
private struct LassoOracle: Decodable {
  struct Recipe: Decodable {
    var name: String
    var rows: Int
    var columns: Int
    var seed: Int
    var noise: Double
    var threshold: Double
    var weights: String
    var kind: String
    var balanced: Bool

    var data: SyntheticRows {
      SyntheticRows(
        .init(
          rows: rows, columns: columns, seed: seed, noise: noise, threshold: threshold, weights: weights, kind: kind))
    }
  }

  struct Optimum: Decodable {
    var l1: Double
    var l2: Double
    var coefficients: [Double]
    var intercept: Double
  }

  struct Single: Decodable {
    var recipe: Recipe
    var optimum: Optimum

    init(from decoder: any Decoder) throws {
      recipe = try Recipe(from: decoder)
      optimum = try Optimum(from: decoder)
    }
  }

  struct Path: Decodable {
    var recipe: Recipe
    var values: [Optimum]

    enum CodingKeys: CodingKey { case values }

    init(from decoder: any Decoder) throws {
      recipe = try Recipe(from: decoder)
      values = try decoder.container(keyedBy: CodingKeys.self).decode([Optimum].self, forKey: .values)
    }
  }

  var single: [Single]
  var paths: [Path]

  static func load() throws -> LassoOracle {
    let url = try #require(Bundle.module.url(forResource: "lasso", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(LassoOracle.self, from: Data(contentsOf: url))
  }
}

@Suite("The optimum with an L1 penalty is scikit-learn's and glmnet's")
struct LassoOracleTests {
  @Test("Single fits are saga's, zeros included")
  func single() throws {
    let cases = try LassoOracle.load().single
    #expect(cases.count == 7)
    for oracle in cases {
      let fit = try oracle.recipe.data.fit(
        .init(
          l2: oracle.optimum.l2, l1: oracle.optimum.l1, classWeight: oracle.recipe.balanced ? .balanced : .none,
          tolerance: 1e-12, threads: 2))
      #expect(fit.report.converged, "\(oracle.recipe.name): \(fit.report)")
      expectSame(fit.coefficients, oracle.optimum, 1e-8, oracle.recipe.name)
    }
  }

  @Test("Paths are glmnet's, zeros included")
  func paths() throws {
    let cases = try LassoOracle.load().paths
    #expect(cases.count == 2)
    for oracle in cases {
      let path = try oracle.recipe.data.withData { data in
        let scaler = try StandardScaler.fit(data, threads: 2)
        // The first is all but zero, and whether it is so exactly is up to the last digit of the penalty.
        return try LogisticRegression(.init(tolerance: 1e-12, threads: 2)).fitPath(
          data, scaler: scaler, penalties: oracle.values.dropFirst().map { Penalty(l1: $0.l1, l2: $0.l2) })
      }
      for (point, value) in zip(path.points, oracle.values.dropFirst()) {
        #expect(point.converged)
        expectSame(point.coefficients, value, 1e-7, "\(oracle.recipe.name), l1 \(value.l1)")
      }
    }
  }

  private func expectSame(_ found: Coefficients, _ expected: LassoOracle.Optimum, _ tolerance: Double, _ name: String) {
    #expect(abs(found.intercept - expected.intercept) <= tolerance, "\(name)")
    for (j, pair) in zip(found.weights, expected.coefficients).enumerated() {
      #expect(abs(pair.0 - pair.1) <= tolerance, "\(name), weight \(j): \(pair)")
      #expect((pair.0 == 0) == (pair.1 == 0), "\(name), weight \(j): \(pair)")
    }
  }
}
