import Foundation
import Learning
import Testing

/// What scikit-learn found in the same data; see Fixtures/README.md.
struct OracleCase: Decodable, Sendable, CustomTestStringConvertible {
  var name: String
  var rows: Int
  var columns: Int
  var seed: Int
  var noise: Double
  var threshold: Double
  var weights: String
  var kind: String
  var l2: Double
  var balanced: Bool
  var positives: Int
  var checksum: Double
  var mean: [Double]
  var scale: [Double]
  var coefficients: [Double]
  var intercept: Double
  var objective: Double

  var testDescription: String { name }

  var data: SyntheticRows {
    SyntheticRows(
      .init(
        rows: rows, columns: columns, seed: seed, noise: noise, threshold: threshold, weights: weights,
        kind: kind))
  }

  static let all: [OracleCase] = {
    guard let url = Bundle.module.url(forResource: "oracle", withExtension: "json", subdirectory: "Fixtures"),
      let json = try? Data(contentsOf: url), let cases = try? JSONDecoder().decode([OracleCase].self, from: json)
    else { preconditionFailure("Fixtures/oracle.json is missing or not readable") }
    return cases
  }()
}

@Suite("The optimum is scikit-learn's")
struct OracleTests {
  @Test("The data is the script's", arguments: OracleCase.all)
  func data(_ oracle: OracleCase) {
    let rows = oracle.data
    #expect(rows.labels.count { $0 == 1 } == oracle.positives)
    var sum = 0.0
    for i in 0..<oracle.rows { sum += Double(rows.features[i * oracle.columns + oracle.columns - 1]) }
    #expect(abs(sum - oracle.checksum) <= 1e-9 * max(1, abs(oracle.checksum)))
  }

  @Test("Means and scales agree to 1e-12", arguments: OracleCase.all)
  func scaler(_ oracle: OracleCase) throws {
    let scaler = try oracle.data.withData { try StandardScaler.fit($0, threads: 2) }
    for j in 0..<oracle.columns {
      #expect(abs(scaler.mean[j] - oracle.mean[j]) <= 1e-12 * max(abs(oracle.mean[j]), oracle.scale[j]), "mean \(j)")
      #expect(abs(scaler.scale[j] - oracle.scale[j]) <= 1e-12 * oracle.scale[j], "scale \(j)")
    }
  }

  @Test(
    "Coefficients agree to 1e-6 of each",
    arguments: OracleCase.all, LogisticRegression.Solver.allCases)
  func coefficients(_ oracle: OracleCase, _ solver: LogisticRegression.Solver) throws {
    // Newton's last step goes far under the tolerance; those that store no Hessian stop just under it.
    let tolerance = [.newtonCG, .lbfgs].contains(solver) ? 1e-12 : 1e-9
    let fit = try oracle.data.fit(
      .init(
        l2: oracle.l2, classWeight: oracle.balanced ? .balanced : .none, tolerance: tolerance, solver: solver,
        threads: 2))
    #expect(fit.report.converged, "\(fit.report)")
    #expect(abs(fit.report.objective - oracle.objective) <= 1e-9 * oracle.objective)
    // A constant feature's coefficient is 0 but for the rounding of its mean.
    let floor = 1e-12
    for j in 0..<oracle.columns {
      let expected = oracle.coefficients[j]
      let difference = abs(fit.coefficients.weights[j] - expected)
      #expect(difference <= 1e-6 * abs(expected) + floor, "weight \(j): off by \(difference / abs(expected))")
    }
    #expect(abs(fit.coefficients.intercept - oracle.intercept) <= 1e-6 * abs(oracle.intercept) + floor)
  }
}
