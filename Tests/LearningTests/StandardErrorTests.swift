import Foundation
import Learning
import LinAlg
import Testing

@Suite("Standard errors")
struct StandardErrorTests {
  @Test("Weight 2 is the row twice, weight 0 no row")
  func weights() throws {
    let weighted = SyntheticRows(.init(rows: 900, columns: 7, seed: 71, weights: "integer"))
    var repeated = SyntheticRows(columns: 7, features: [], labels: [])
    for i in 0..<900 {
      for _ in 0..<Int(weighted.weights?[i] ?? 1) {
        repeated.features += weighted.features[i * 7..<(i + 1) * 7]
        repeated.labels.append(weighted.labels[i])
      }
    }
    let parameters = LogisticRegression.Parameters(classWeight: .balanced, tolerance: 1e-13)
    expectClose(try weighted.covariance(parameters), try repeated.covariance(parameters), 1e-9)
  }

  @Test("Over requests, rows of weight 0 count for nothing, and the unit of weights doesn't matter")
  func requestWeights() throws {
    var rows = SyntheticRows(.init(rows: 900, columns: 7, seed: 72, weights: "integer"))
    let offsets = Array(stride(from: 0, through: 900, by: 5))
    // Whole requests of weight 0, too.
    for row in 100..<200 { rows.weights?[row] = 0 }
    var kept = SyntheticRows(columns: 7, features: [], labels: [], weights: [])
    var keptOffsets = [0]
    for (start, end) in zip(offsets, offsets.dropFirst()) {
      for i in start..<end where rows.weights?[i] != 0 {
        kept.features += rows.features[i * 7..<(i + 1) * 7]
        kept.labels.append(rows.labels[i])
        kept.weights?.append(rows.weights?[i] ?? 1)
      }
      if kept.labels.count > keptOffsets[keptOffsets.count - 1] { keptOffsets.append(kept.labels.count) }
    }
    let parameters = LogisticRegression.Parameters(l2: 0, tolerance: 1e-13)
    let all = try rows.covariance(parameters, requestOffsets: offsets)
    expectClose(all, try kept.covariance(parameters, requestOffsets: keptOffsets), 1e-9)
    rows.weights = rows.weights?.map { 2 * $0 }
    expectClose(all, try rows.covariance(parameters, requestOffsets: offsets), 1e-9)
  }

  @Test("The same bytes at 1, 2 and 3 threads", arguments: CoefficientCovariance.Kind.allCases)
  func threads(_ kind: CoefficientCovariance.Kind) throws {
    let rows = SyntheticRows(.init(rows: 50_000, columns: 19, seed: 73, weights: "fractional"))
    let found = try [1, 2, 3].map { try rows.covariance(.init(threads: $0), kind) }
    #expect(found[1] == found[0] && found[2] == found[0])
  }

  @Test("Without a penalty, a coefficient that nothing tells is named", arguments: CoefficientCovariance.Kind.allCases)
  func singular(_ kind: CoefficientCovariance.Kind) throws {
    func expectUndetermined(_ feature: Int, _ rows: SyntheticRows) {
      #expect(throws: LearningError.undetermined(feature: feature)) {
        try rows.covariance(.init(l2: 0), kind)
      }
      #expect(throws: Never.self) { try rows.covariance(.init(l2: 1), kind) }
    }
    expectUndetermined(10, SyntheticRows(.init(columns: 12, seed: 74, kind: "duplicate")))
    var rows = SyntheticRows(.init(columns: 5, seed: 75))
    for i in rows.labels.indices { rows.features[i * 5 + 3] = 0.1 }
    expectUndetermined(3, rows)
    // Made of two others, with float32's rounding.
    for i in rows.labels.indices { rows.features[i * 5 + 3] = rows.features[i * 5] - 3 * rows.features[i * 5 + 2] }
    expectUndetermined(3, rows)
  }

  @Test("The first coefficient that nothing tells is named, though rounding hides it and a later one shows")
  func firstSingular() throws {
    var rows = SyntheticRows(.init(rows: 3000, columns: 9, seed: 78))
    for i in rows.labels.indices {
      rows.features[i * 9 + 2] = rows.features[i * 9] - 3 * rows.features[i * 9 + 1]
      for j in 5..<9 { rows.features[i * 9 + j] = i % 4 == j - 5 ? 1 : 0 }
    }
    #expect(throws: LearningError.undetermined(feature: 2)) { try rows.covariance(.init(l2: 0)) }
  }

  @Test("A penalised constant has its prior's error, and over requests none and no z")
  func constant() throws {
    let rows = SyntheticRows(.init(columns: 5, seed: 76, kind: "constant"))
    let prior = try rows.covariance(.init(l2: 4))
    let sandwich = try rows.covariance(.init(l2: 4), requestOffsets: Array(0...rows.labels.count))
    for j in 1...3 {
      #expect(abs(prior.weights[j].standardError - 0.5) < 1e-12)
      #expect(sandwich.weights[j].standardError == 0)
      #expect(sandwich.weights[j].z == nil && sandwich.weights[j].pValue == nil)
      #expect(abs(sandwich.weights[j].interval.upperBound) < 1e-12)
    }
  }

  @Test("Separable labels: errors that say so without a penalty, small ones with")
  func separable() throws {
    var rows = SyntheticRows(columns: 1, features: [-3, -2, -1, 1, 2, 3], labels: [0, 0, 0, 1, 1, 1])
    #expect(try rows.covariance(.init(l2: 0)).weights[0].standardError > 1000)
    #expect(try rows.covariance(.init(l2: 0.1)).weights[0].standardError < 3.2)
    // So far out that all curvatures are as small as they get.
    let far = Coefficients(weights: [1e6], intercept: 0)
    let regression = LogisticRegression(.init(l2: 0))
    let found = try rows.withData { try regression.covariance(of: far, $0, scaler: .identity(1)) }
    #expect(found.weights[0].standardError.isFinite && found.weights[0].pValue == 1)
    rows.weights = [Float](repeating: 1e-10, count: 6)
    _ = rows.withData { data in
      #expect(throws: LearningError.undetermined(feature: nil)) {
        try regression.covariance(of: far, data, scaler: .identity(1))
      }
    }
  }

  @Test("Too few requests or rows, and what is not finite, are refused")
  func checks() throws {
    var rows = SyntheticRows(.init(rows: 20, columns: 3, seed: 77))
    #expect(throws: LearningError.tooFewClusters(.request, count: 1, rows: 20, coefficients: 4)) {
      try rows.covariance(.init(), requestOffsets: [0, 20])
    }
    #expect(throws: LearningError.tooFewClusters(.user, count: 1, rows: 20, coefficients: 4)) {
      try rows.covariance(.init(), users: [Int64](repeating: -7, count: 20))
    }
    let wide = SyntheticRows(.init(rows: 40, columns: 60, seed: 7))
    #expect(throws: LearningError.tooFewClusters(.request, count: 40, rows: 40, coefficients: 61)) {
      try wide.covariance(.init(), requestOffsets: Array(0...40))
    }
    #expect(try wide.covariance(.init()).weights.allSatisfy { $0.standardError <= 1 })
    rows.features[7] = .nan
    _ = rows.withData { data in
      #expect(throws: LearningError.nonFinite(row: 2, feature: 1)) {
        try LogisticRegression().covariance(of: .zeros(3), data, scaler: .identity(3))
      }
    }
  }

  @Test("Users in any order of rows; a user a request is as over requests")
  func users() throws {
    let rows = SyntheticRows(.init(rows: 900, columns: 7, seed: 79, weights: "integer"))
    let offsets = SyntheticRows.requestOffsets(rows: 900)
    let users = zip(offsets, offsets.dropFirst()).enumerated().flatMap { request, range in
      // Of either sign, and in another order than the requests.
      [Int64](repeating: Int64(request) &* 0x9E37_79B9_7F4A_7C1, count: range.1 - range.0)
    }
    expectClose(
      try rows.covariance(.init(tolerance: 1e-13), users: users),
      try rows.covariance(.init(tolerance: 1e-13), requestOffsets: offsets), 1e-9)
    // The same rows shuffled, with their users.
    var shuffled = SyntheticRows(columns: 7, features: [], labels: [], weights: [])
    var shuffledUsers: [Int64] = []
    for k in 0..<900 {
      let i = k * 587 % 900
      shuffled.features += rows.features[i * 7..<(i + 1) * 7]
      shuffled.labels.append(rows.labels[i])
      shuffled.weights?.append(rows.weights?[i] ?? 1)
      shuffledUsers.append(users[i])
    }
    expectClose(
      try shuffled.covariance(.init(tolerance: 1e-13), users: shuffledUsers),
      try rows.covariance(.init(tolerance: 1e-13), users: users), 1e-9)
  }

  @Test("95 % intervals cover the truth 95 times in 100, over dependent rows only those over requests")
  func coverage() throws {
    let truth = [0.8, -0.5, 0]
    var covered = [0, 0, 0]
    for seed in 0..<200 {
      let draw = SyntheticRows.draws(seed: 1000 + seed)
      var independent = SyntheticRows(columns: 3, features: [], labels: [])
      var repeated = independent
      for _ in 0..<400 {
        let x = truth.map { _ in Float(4 * draw() - 2) }
        let z = zip(truth, x).reduce(-0.4) { $0 + $1.0 * Double($1.1) }
        let label: UInt8 = draw() < 1 / (1 + exp(-z)) ? 1 : 0
        independent.features += x
        independent.labels.append(label)
        repeated.features += x + x + x
        repeated.labels += [label, label, label]
      }
      let offsets = Array(stride(from: 0, through: 1200, by: 3))
      let parameters = LogisticRegression.Parameters(l2: 0, threads: 1)
      for (k, (rows, offsets)) in [(independent, nil), (repeated, offsets), (repeated, nil)].enumerated() {
        let found = try rows.covariance(parameters, requestOffsets: offsets)
        let scaler = try rows.withData { try StandardScaler.fit($0) }
        for (j, weight) in truth.enumerated() {
          covered[k] += found.weights[j].interval.contains(weight * scaler.scale[j]) ? 1 : 0
        }
      }
    }
    let shares = covered.map { Double($0) / 600 }
    #expect((0.91...0.99).contains(shares[0]), "\(shares)")
    #expect((0.91...0.99).contains(shares[1]), "\(shares)")
    // 1.96/√3 standard errors to either side: 74 %.
    #expect((0.65...0.83).contains(shares[2]), "\(shares)")
  }
}

/// Every covariance within `tolerance` of the other's, relative to the two standard errors.
func expectClose(_ one: CoefficientCovariance, _ two: CoefficientCovariance, _ tolerance: Double) {
  let errors = (two.weights + [two.intercept]).map(\.standardError)
  for i in errors.indices {
    for j in errors.indices {
      let (a, b) = (one.matrix[i, j], two.matrix[i, j])
      #expect(abs(a - b) <= tolerance * errors[i] * errors[j], "\(i), \(j): \(a) and \(b)")
    }
  }
}
