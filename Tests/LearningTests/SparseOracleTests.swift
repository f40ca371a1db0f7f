import Foundation
import Learning
import Testing

/// What scikit-learn found in the same sparse rows; see Fixtures/README.md.
struct SparseOracleCase: Decodable, Sendable, CustomTestStringConvertible {
  var name: String
  var rows: Int
  var columns: Int
  var seed: Int
  var l2: Double
  var values: Bool
  var weighted: Bool
  var balanced: Bool
  var intercept: Double
  var maxAbs: Bool
  var positives: Int
  var entries: Int
  var coefficients: [Double]
  var objective: Double

  var testDescription: String { name }

  static func all() throws -> [SparseOracleCase] {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/sparse_oracle", withExtension: "json"))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode([SparseOracleCase].self, from: Data(contentsOf: url))
  }
}

@Suite("Sparse fits against scikit-learn")
struct SparseOracleTests {
  @Test(arguments: try SparseOracleCase.all())
  func coefficients(_ oracle: SparseOracleCase) throws {
    let rows = SparseRows(
      rows: oracle.rows, columns: oracle.columns, seed: oracle.seed, hasValues: oracle.values,
      hasWeights: oracle.weighted)
    #expect(rows.labels.reduce(0) { $0 + Int($1) } == oracle.positives)
    #expect(rows.indices.count == oracle.entries)
    let fit = try rows.fit(
      .init(l2: oracle.l2, classWeight: oracle.balanced ? .balanced : .none, tolerance: 1e-12),
      scale: oracle.maxAbs ? rows.withData { $0.maxAbsScale() } : nil, intercept: oracle.intercept != 0)
    #expect(fit.report.converged)
    #expect(abs(fit.report.objective - oracle.objective) <= 1e-11 * oracle.objective)
    #expect(abs(fit.coefficients.intercept - oracle.intercept) <= 1e-8)
    for (found, expected) in zip(fit.coefficients.weights, oracle.coefficients) {
      #expect(abs(found - expected) <= 1e-8)
    }
  }
}
