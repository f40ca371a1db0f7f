import Foundation
import Testing

@testable import RankingMetrics

@Suite struct ExposureTests {
  /// Two requests of three rows; the second is one tie.
  static func ranked() throws -> RankedRequests {
    try RankedRequests(
      scores: [1, 3, 2, 5, 5, 5], labels: [0, 1, 0, 0, 0, 0], groups: RankingGroups(offsets: [0, 3, 6]))
  }

  @Test func byHand() throws {
    let ranked = try Self.ranked()
    let first = try #require(try ranked.exposure(at: 1, of: [10, 11, 12, 10, 13, 12] as [Int64]))
    // Exposures: 11 once; 10, 13 and 12 a third each; so 10: ⅓, 11: 1, 12: ⅓, 13: ⅓.
    #expect(first.propositions == 4 && first.coverage == 1)
    let shares = [0.5, 1 / 6.0, 1 / 6.0, 1 / 6.0]
    #expect(agree(first.entropy, -shares.reduce(0) { $0 + $1 * log($1) } / log(4)))
    // Σ|xᵢ − xⱼ| / (2 n Σx) = 2·3·(2/3) / (2·4·2)
    #expect(agree(first.gini, 0.25))
    let only = try #require(try ranked.exposure(at: 2, of: Array(repeating: 5, count: 6) as [Int64]))
    #expect(only.coverage == 1 && only.entropy == nil && only.gini == nil)
  }

  @Test func diversityCountsPairs() throws {
    let diversity = try Self.ranked().diversity(at: 2, of: [0, 1, 1, 0, 1, 1] as [Int32])
    // The first request shows rows 1 and 2, of one category; of the tie, two of three pairs differ.
    #expect(diversity.values[0] == 0 && agree(diversity.values[1], 2 / 3.0))
    let single = try RankedRequests(scores: [1], labels: [1], groups: RankingGroups(offsets: [0, 1]))
    #expect(try single.diversity(at: 2, of: [0] as [Int32]).values[0].isNaN)
  }
}

@Suite struct CalibrationLineTests {
  /// The reference:
  ///
  ///     python3 -c "
  ///     import numpy as np; from sklearn.linear_model import LogisticRegression
  ///     z = np.array([-2, -1, 0, 1, 2, 3.]); y = np.array([0, 1, 0, 1, 0, 1])
  ///     m = LogisticRegression(C=np.inf, solver='newton-cholesky', tol=1e-14).fit(z[:, None], y)
  ///     print(m.coef_, m.intercept_)"
  @Test func agreesWithScikitLearn() throws {
    let line = try #require(try calibrationLine(logits: [-2, -1, 0, 1, 2, 3], labels: [0, 1, 0, 1, 0, 1]))
    #expect(abs(line.slope.value - CalibrationLineTests.slope) < 1e-9)
    #expect(abs(line.intercept.value - CalibrationLineTests.intercept) < 1e-9)
    #expect(line.slope.low < line.slope.value && line.slope.value < line.slope.high)
  }

  static let slope = 0.3613207623869362
  static let intercept = -0.18066038119346803

  @Test(arguments: [[1, 1, 1], [0, 0, 1], [1, 0, 0]] as [[UInt8]])
  func noLineWhereNoneFits(labels: [UInt8]) throws {
    #expect(try calibrationLine(logits: [1, 2, 3], labels: labels) == nil)
    #expect(try calibrationLine(logits: [1, 1, 1], labels: labels) == nil)
    #expect(try calibrationLine(logits: [], labels: []) == nil)
  }

  /// Rows that repeat within a request tell nothing new.
  @Test func clustersKeepTheInterval() throws {
    let sample = Sample(seed: 4, rows: 60, largestRequest: 1)
    let once = try #require(try calibrationLine(logits: sample.scores, labels: sample.labels))
    let fourfold = sample.rearranged(sample.scores.indices.flatMap { [$0, $0, $0, $0] })
    let groups = try RankingGroups(offsets: (0...sample.scores.count).map { 4 * $0 })
    let clustered = try #require(
      try calibrationLine(logits: fourfold.scores, labels: fourfold.labels, groups: groups))
    #expect(abs(once.slope.low - clustered.slope.low) < 1e-7)
    #expect(abs(once.intercept.high - clustered.intercept.high) < 1e-7)
  }
}

@Suite struct OperatingPointTests {
  @Test func thinningKeepsTheEndsAndExactPoints() throws {
    let sample = Sample(seed: 2, rows: 3000)
    let all = try operatingPoints(scores: sample.scores, labels: sample.labels)
    let thin = try operatingPoints(scores: sample.scores, labels: sample.labels, limit: 20)
    #expect(thin.count > 20 && thin.count <= 41)
    #expect(thin.first == all.first && thin.last == all.last)
    #expect(thin.allSatisfy { all.contains($0) })
    #expect(all[0].recall == 0 && all[0].precision == 1 && all[0].threshold == .infinity)
    #expect(all[all.count - 1].recall == 1 && all[all.count - 1].falsePositiveRate == 1)
    // The area under the points is the area.
    let area = zip(all, all.dropFirst()).reduce(0) {
      $0 + ($1.1.falsePositiveRate - $1.0.falsePositiveRate) * ($1.1.recall + $1.0.recall) / 2
    }
    #expect(agree(area, try rocAUC(scores: sample.scores, labels: sample.labels)))
    #expect(try operatingPoints(scores: [], labels: []).count == 1)
  }

  /// scipy.stats.t.ppf(0.975, [1, 4, 30]) and scipy.stats.t.ppf(0.995, 7)
  @Test func studentsQuantilesAreSciPys() {
    for (freedom, quantile) in [(1.0, 12.706204736432095), (4, 2.7764451051977987), (30, 2.0422724563012373)] {
      #expect(agree(studentQuantile(0.975, freedom: freedom), quantile))
    }
    #expect(agree(studentQuantile(0.995, freedom: 7), 3.4994832973505026))
    #expect(agree(studentQuantile(0.975, freedom: 1e6), 1.959966356814107))
  }
}
