import Foundation
import Learning
import LinAlg
import Testing

/// What statsmodels, or the formula in NumPy, found in the same data; see Fixtures/README.md.
struct StandardErrorCase: Decodable, Sendable, CustomTestStringConvertible {
  struct Values: Decodable, Sendable {
    var standardErrors: [Double]
    /// The covariances of the intercept.
    var lastRow: [Double]
    var z: [Double]?
    var p: [Double]?
    var low: [Double]?
    var high: [Double]?

    enum CodingKeys: String, CodingKey {
      case z, p, low, high
      case standardErrors = "standard_errors"
      case lastRow = "last_row"
    }
  }

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
  /// The intercept last.
  var coefficients: [Double]
  var hessian: Values
  var request: Values
  var user: Values

  var testDescription: String { name }

  var data: SyntheticRows {
    SyntheticRows(
      .init(
        rows: rows, columns: columns, seed: seed, noise: noise, threshold: threshold, weights: weights,
        kind: kind))
  }

  static let all: [StandardErrorCase] = {
    guard
      let url = Bundle.module.url(forResource: "standard_errors", withExtension: "json", subdirectory: "Fixtures"),
      let json = try? Data(contentsOf: url), let cases = try? JSONDecoder().decode([StandardErrorCase].self, from: json)
    else { preconditionFailure("Fixtures/standard_errors.json is missing or not readable") }
    return cases
  }()
}

extension SyntheticRows {
  /// Fits to the end, and says how sure that is.
  func covariance(
    _ parameters: LogisticRegression.Parameters, requestOffsets: [Int]? = nil, users: [Int64]? = nil
  ) throws -> CoefficientCovariance {
    try withData { data in
      let scaler = try StandardScaler.fit(data, threads: parameters.threads)
      let regression = LogisticRegression(parameters)
      let fit = try regression.fit(data, scaler: scaler)
      guard let users else {
        return try regression.covariance(of: fit.coefficients, data, scaler: scaler, requestOffsets: requestOffsets)
      }
      return try users.withUnsafeBufferPointer {
        try regression.covariance(of: fit.coefficients, data, scaler: scaler, users: $0)
      }
    }
  }

  /// The covariance over the requests or users of make_standard_errors.py.
  func covariance(
    _ parameters: LogisticRegression.Parameters, _ kind: CoefficientCovariance.Kind
  ) throws -> CoefficientCovariance {
    let rows = labels.count
    return try covariance(
      parameters, requestOffsets: kind == .request ? Self.requestOffsets(rows: rows) : nil,
      users: kind == .user ? Self.users(rows: rows) : nil)
  }

  /// Requests of 1 to 7 rows, as in make_standard_errors.py.
  static func requestOffsets(rows: Int) -> [Int] {
    var offsets = [0]
    while let last = offsets.last, last < rows { offsets.append(min(rows, last + 5 * (offsets.count - 1) % 7 + 1)) }
    return offsets
  }
}

extension SyntheticRows {
  /// The user of each row, as in make_standard_errors.py: each has several requests, far from each other.
  static func users(rows: Int) -> [Int64] {
    let offsets = requestOffsets(rows: rows)
    return zip(offsets, offsets.dropFirst()).enumerated().flatMap { request, range in
      [Int64](repeating: Int64(request * 11 % 61), count: range.1 - range.0)
    }
  }
}

@Suite("Standard errors are statsmodels' and the formula's")
struct StandardErrorOracleTests {
  @Test("To 1e-6 of each", arguments: StandardErrorCase.all, CoefficientCovariance.Kind.allCases)
  func errors(_ oracle: StandardErrorCase, _ kind: CoefficientCovariance.Kind) throws {
    let found = try oracle.data.covariance(
      .init(l2: oracle.l2, classWeight: oracle.balanced ? .balanced : .none, tolerance: 1e-13, threads: 2), kind)
    let expected =
      switch kind {
      case .hessian: oracle.hessian
      case .request: oracle.request
      case .user: oracle.user
      }
    #expect(found.kind == kind)
    let estimates = found.weights + [found.intercept]
    try #require(estimates.count == expected.standardErrors.count)
    let last = estimates.count - 1
    for (j, estimate) in estimates.enumerated() {
      let error = expected.standardErrors[j]
      #expect(abs(estimate.standardError - error) <= 1e-6 * error, "standard error \(j)")
      #expect(abs(estimate.value - oracle.coefficients[j]) <= 1e-6 * error, "coefficient \(j)")
      let covariance = found.matrix[last, j]
      #expect(found.matrix[j, last] == covariance)
      #expect(
        abs(covariance - expected.lastRow[j]) <= 1e-6 * error * expected.standardErrors[last], "covariance \(j)")
      if let z = expected.z?[j] { #expect(abs(try #require(estimate.z) - z) <= 1e-6 * max(1, abs(z)), "z \(j)") }
      // A p value is as exact as z² allows.
      if let p = expected.p?[j], p > 1e-100 {
        #expect(abs(try #require(estimate.pValue) - p) <= 1e-4 * p, "p \(j)")
      }
      if let low = expected.low?[j], let high = expected.high?[j] {
        #expect(abs(estimate.interval.lowerBound - low) <= 1e-6 * error, "low \(j)")
        #expect(abs(estimate.interval.upperBound - high) <= 1e-6 * error, "high \(j)")
      }
    }
  }
}
