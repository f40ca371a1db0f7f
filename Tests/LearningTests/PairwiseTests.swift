import Foundation
import LinAlg
import Testing

@testable import Learning

/// What scikit-learn found on the difference rows of the same data; see Fixtures/README.md.
struct PairwiseCase: Decodable, Sendable, CustomTestStringConvertible {
  var name: String
  var rows: Int
  var columns: Int
  var seed: Int
  var noise: Double
  var threshold: Double
  var weights: String
  var kind: String
  var l2: Double
  var pairWeight: PairWeight
  var pairs: Int
  var skipped: Int
  var coefficients: [Double]
  var objective: Double

  enum CodingKeys: String, CodingKey {
    case name, rows, columns, seed, noise, threshold, weights, kind, l2, pairs, skipped, coefficients, objective
    case pairWeight = "pair_weight"
  }

  var testDescription: String { name }

  static let all: [PairwiseCase] = {
    guard let url = Bundle.module.url(forResource: "pairs", withExtension: "json", subdirectory: "Fixtures"),
      let json = try? Data(contentsOf: url), let cases = try? JSONDecoder().decode([PairwiseCase].self, from: json)
    else { preconditionFailure("Fixtures/pairs.json is missing or not readable") }
    return cases
  }()
}

@Suite("The pairwise objective")
struct PairwiseTests {
  @Test(
    "The optimum is scikit-learn's on the differences", arguments: PairwiseCase.all, LogisticRegression.Solver.allCases)
  func oracle(_ oracle: PairwiseCase, _ solver: LogisticRegression.Solver) throws {
    let rows = SyntheticRows(
      .init(
        rows: oracle.rows, columns: oracle.columns, seed: oracle.seed, noise: oracle.noise,
        threshold: oracle.threshold, weights: oracle.weights, kind: oracle.kind))
    let found = try rows.fitPairs(.init(l2: oracle.l2, tolerance: 1e-12, solver: solver), oracle.pairWeight)
    #expect(found.pairs == oracle.pairs && found.skippedRequests == oracle.skipped)
    #expect(found.fit.report.converged, "\(found.fit.report)")
    #expect(abs(found.fit.report.objective - oracle.objective) <= 1e-11 * oracle.objective)
    #expect(found.fit.coefficients.intercept == 0)
    expectClose(found.fit.coefficients, Coefficients(weights: oracle.coefficients, intercept: 0), 1e-7)
  }

  @Test("The gradient is the difference of objectives written out pair by pair")
  func gradient() throws {
    let rows = SyntheticRows(.init(rows: 300, columns: 5, seed: 86, weights: "fractional"))
    let offsets = SyntheticRows.requestOffsets(rows: 300)
    try rows.withData { data in
      let pairs = PairRows(data, offsets: offsets)
      let labels = [UInt8](repeating: 1, count: pairs.rows)
      let weights = try #require(pairs.pairWeights(equalRequests: false))
      try labels.withUnsafeBufferPointer { labels in
        try weights.withUnsafeBufferPointer { weights in
          let objective = Objective(
            data: TrainingData(features: pairs, labels: labels, weights: weights), scaler: .identity(5), l2: 0.5,
            classWeights: (1, 1), totalWeight: 1, threads: 2, fitsIntercept: false)
          let point = [0.3, -0.1, 0.05, 0.2, -0.4, 0]
          let value = try objective.value(at: point, curvature: .double)
          #expect(abs(value.objective - loss(rows, offsets, point, l2: 0.5)) <= 1e-6 * value.objective)
          for j in 0..<5 {
            var (up, down) = (point, point)
            up[j] += 1e-4
            down[j] -= 1e-4
            let slope = (loss(rows, offsets, up, l2: 0.5) - loss(rows, offsets, down, l2: 0.5)) / 2e-4
            #expect(abs(slope - value.gradient[j]) <= 1e-5 * max(1, abs(slope)), "gradient \(j)")
          }
          #expect(value.gradient[5] == 0)
        }
      }
    }
  }

  private func loss(_ rows: SyntheticRows, _ offsets: [Int], _ point: [Double], l2: Double) -> Double {
    func score(_ i: Int) -> Double { (0..<5).reduce(0) { $0 + Double(rows.features[i * 5 + $1]) * point[$1] } }
    var sum = 0.5 * l2 * point.reduce(0) { $0 + $1 * $1 }
    for (start, end) in zip(offsets, offsets.dropFirst()) {
      for i in start..<end where rows.labels[i] == 1 {
        for j in start..<end where rows.labels[j] == 0 {
          let weight = Double(rows.weights?[i] ?? 1) * Double(rows.weights?[j] ?? 1)
          sum += weight * log1p(exp(score(j) - score(i)))
        }
      }
    }
    return sum
  }

  @Test("Weight 2 is the row twice; any number of threads has the same bytes")
  func weightsAndThreads() throws {
    let weighted = SyntheticRows(.init(rows: 700, columns: 6, seed: 87, weights: "integer"))
    var repeated = SyntheticRows(columns: 6, features: [], labels: [])
    var offsets = [0]
    let original = SyntheticRows.requestOffsets(rows: 700)
    for (start, end) in zip(original, original.dropFirst()) {
      for i in start..<end {
        for _ in 0..<Int(weighted.weights?[i] ?? 1) {
          repeated.features += weighted.features[i * 6..<(i + 1) * 6]
          repeated.labels.append(weighted.labels[i])
        }
      }
      if repeated.labels.count > offsets[offsets.count - 1] { offsets.append(repeated.labels.count) }
    }
    let scaler = try weighted.withData { try StandardScaler.fit($0) }
    func fit(_ rows: SyntheticRows, _ offsets: [Int], threads: Int) throws -> PairwiseFit {
      try rows.withData {
        try LogisticRegression(.init(tolerance: 1e-13, threads: threads)).fitPairs(
          $0, requestOffsets: offsets, scaler: scaler)
      }
    }
    let one = try fit(weighted, original, threads: 1)
    expectClose(one.fit.coefficients, try fit(repeated, offsets, threads: 2).fit.coefficients, 1e-9)
    #expect(try fit(weighted, original, threads: 3).fit.coefficients == one.fit.coefficients)
  }

  @Test("Requests that shift all scores don't hurt: its order is better than the pointwise one's")
  func order() throws {
    // Half of what decides a click is the request's own, and a feature shows it: pointwise fits spend themselves on it.
    let draw = SyntheticRows.draws(seed: 88)
    var rows = SyntheticRows(columns: 4, features: [], labels: [])
    var offsets = [0]
    for _ in 0..<1500 {
      let shift = 6 * (draw() - 0.5)
      for _ in 0..<8 {
        let x = (0..<3).map { _ in 2 * (draw() - 0.5) }
        // The fourth feature is the shift mixed with what matters, and bent: no linear function tells them apart.
        rows.features += (x + [x[0] * 0.5 + shift * abs(shift)]).map { Float($0) }
        rows.labels.append(1.5 * x[0] - x[1] + shift > 8 * (draw() - 0.5) ? 1 : 0)
      }
      offsets.append(rows.labels.count)
    }
    let scaler = try rows.withData { try StandardScaler.fit($0) }
    let (pointwise, pairwise) = try rows.withData { data in
      let regression = LogisticRegression(.init(threads: 2))
      return (
        try regression.fit(data, scaler: scaler).coefficients,
        try regression.fitPairs(data, requestOffsets: offsets, scaler: scaler).fit.coefficients
      )
    }
    let (before, after) = (try ndcg(rows, offsets, scaler, pointwise), try ndcg(rows, offsets, scaler, pairwise))
    #expect(after >= before, "NDCG@5 \(after), pointwise \(before)")
  }

  private func ndcg(
    _ rows: SyntheticRows, _ offsets: [Int], _ scaler: StandardScaler, _ coefficients: Coefficients
  ) throws -> Double {
    let columns = rows.columns
    let scores = rows.labels.indices.map { i in
      (0..<columns).reduce(0.0) { sum, j in
        sum + (Double(rows.features[i * columns + j]) - scaler.mean[j]) / scaler.scale[j] * coefficients.weights[j]
      }
    }
    var (sum, count) = (0.0, 0)
    for (start, end) in zip(offsets, offsets.dropFirst()) {
      let labels = (start..<end).sorted { scores[$0] > scores[$1] }.map { Double(rows.labels[$0]) }
      let positives = labels.reduce(0, +)
      guard positives > 0 else { continue }
      func gain(_ labels: [Double]) -> Double {
        labels.prefix(5).enumerated().reduce(0) { $0 + $1.element / log2(Double($1.offset) + 2) }
      }
      sum += gain(labels) / gain(labels.sorted(by: >))
      count += 1
    }
    return sum / Double(count)
  }

  @Test("No pairs and NaN are errors; the row is the data's")
  func errors() throws {
    let alike = SyntheticRows(columns: 1, features: [1, 2, 3, 4], labels: [0, 0, 1, 1])
    try alike.withData { data in
      #expect(throws: LearningError.noPairs(requests: 2)) {
        try LogisticRegression().fitPairs(data, requestOffsets: [0, 2, 4], scaler: .identity(1))
      }
      let four = try LogisticRegression().fitPairs(data, requestOffsets: [0, 4], scaler: .identity(1))
      #expect(four.pairs == 4)
    }
    var rows = SyntheticRows(.init(rows: 50, columns: 3, seed: 89))
    rows.features[20 * 3 + 2] = .nan
    _ = rows.withData { data in
      #expect(throws: LearningError.nonFinite(row: 20, feature: 2)) {
        try LogisticRegression().fitPairs(data, requestOffsets: [0, 25, 50], scaler: .identity(3))
      }
    }
  }
}

extension SyntheticRows {
  /// Scales and fits the order within the requests of make_standard_errors.py.
  func fitPairs(_ parameters: LogisticRegression.Parameters, _ pairWeight: PairWeight) throws -> PairwiseFit {
    try withData { data in
      let scaler = try StandardScaler.fit(data, threads: parameters.threads)
      return try LogisticRegression(parameters).fitPairs(
        data, requestOffsets: Self.requestOffsets(rows: labels.count), scaler: scaler, pairWeight: pairWeight)
    }
  }
}
