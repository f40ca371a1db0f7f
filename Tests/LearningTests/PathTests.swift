import Foundation
import Learning
import TestSupport
import Testing

@Suite("Paths of penalties and cross-validation")
struct PathTests {
  @Test("Less penalty, a smaller objective and more of the deviance explained", arguments: [1.0, 0.5, 0])
  func monotone(l1Ratio: Double) throws {
    let rows = SyntheticRows(.init(rows: 1200, columns: 14, seed: 51))
    let path = try rows.path(.init(length: 20, l1Ratio: l1Ratio), tolerance: 1e-9)
    #expect(path.points.count == 20)
    for (earlier, later) in zip(path.points, path.points.dropFirst()) {
      #expect(later.penalty.l1 + later.penalty.l2 < earlier.penalty.l1 + earlier.penalty.l2)
      #expect(later.objective < earlier.objective)
      #expect(later.devianceExplained > earlier.devianceExplained)
    }
    let (first, last) = (path.points[0].penalty, path.points[19].penalty)
    #expect(abs((last.l1 + last.l2) / (first.l1 + first.l2) - 1e-3) < 1e-12)
    for point in path.points {
      #expect(point.converged)
      #expect(abs(point.penalty.l1 - l1Ratio * (point.penalty.l1 + point.penalty.l2)) <= 1e-12 * first.l1 + 1e-12)
      // The same optimum as of a fit by itself.
      let alone = try rows.fit(.init(l2: point.penalty.l2, l1: point.penalty.l1))
      #expect(abs(alone.report.objective - point.objective) <= 1e-10 * point.objective)
      #expect(alone.coefficients.weights.count { $0 != 0 } == point.nonZeros)
    }
  }

  @Test("More features than rows, down to a small penalty")
  func wide() throws {
    let rows = SyntheticRows(.init(rows: 60, columns: 150, seed: 52))
    let path = try rows.path(.init(length: 15, ratio: 1e-2), tolerance: 1e-8)
    #expect(path.points.allSatisfy { $0.converged })
    #expect(path.points.allSatisfy { $0.nonZeros <= 60 })
  }

  @Test("A fold is whole requests, and all rows are in one", arguments: 1...8)
  func foldsOfRequests(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    var offsets = [0]
    for _ in 0..<103 { offsets.append(offsets[offsets.count - 1] + Int.random(in: 1...9, using: &generator)) }
    let folds = try Folds(requestOffsets: offsets, count: 5, using: &generator)
    #expect(folds.ofRow.count == offsets[103])
    var sizes = [Int](repeating: 0, count: 5)
    for (start, end) in zip(offsets, offsets.dropFirst()) {
      #expect(Set(folds.ofRow[start..<end]).count == 1)
      sizes[Int(folds.ofRow[start])] += 1
    }
    #expect(sizes.sorted() == [20, 20, 21, 21, 21])
  }

  @Test("A fold by user has all rows of each")
  func foldsOfUsers() throws {
    var generator = SeededGenerator(seed: 4)
    let users = (0..<500).map { _ in Int64.random(in: -40...40, using: &generator) }
    let folds = try users.withUnsafeBufferPointer { try Folds(units: $0, count: 4, using: &generator) }
    var foldOf: [Int64: UInt8] = [:]
    for (user, fold) in zip(users, folds.ofRow) { #expect(foldOf.updateValue(fold, forKey: user) ?? fold == fold) }
    #expect(Set(folds.ofRow) == [0, 1, 2, 3])
    #expect(throws: LearningError.tooFewUnits(units: 3, folds: 4)) {
      try Folds(requestOffsets: [0, 4, 5, 9], count: 4, using: &generator)
    }
  }

  @Test("Leaving a fold out by weights is fitting to a copy without it", arguments: ["none", "fractional"])
  func crossValidation(weights: String) throws {
    let rows = SyntheticRows(.init(rows: 700, columns: 6, seed: 53, weights: weights))
    var generator = SeededGenerator(seed: 5)
    let folds = try Folds(requestOffsets: Array(0...140).map { $0 * 5 }, count: 3, using: &generator)
    let penalties = [Penalty(l1: 60, l2: 1), Penalty(l1: 10, l2: 1), Penalty(l1: 1, l2: 0)]
    let regression = LogisticRegression(.init(tolerance: 1e-11, threads: 2))
    let results = try rows.withData { data in
      try regression.crossValidate(data, folds: folds, penalties: penalties) { $0 }
    }
    #expect(results.map(\.count) == [3, 3, 3])
    let total = rows.weights.map { $0.reduce(0) { $0 + Double($1) } } ?? 700
    for fold in 0..<3 {
      let rest = rows.selecting { folds.ofRow[$0] != fold }
      let left = rows.selecting { folds.ofRow[$0] == fold }
      let share = (rest.weights.map { $0.reduce(0) { $0 + Double($1) } } ?? Double(rest.labels.count)) / total
      for (k, penalty) in penalties.enumerated() {
        let held = results[k][fold]
        #expect(held.labels == left.labels)
        #expect(held.weights == left.weights?.map(Double.init))
        let parameters = LogisticRegression.Parameters(l2: penalty.l2 * share, l1: penalty.l1 * share, tolerance: 1e-12)
        let scaler = try rest.withData { try StandardScaler.fit($0, threads: 1) }
        let model = try rest.fit(parameters).coefficients
        for i in left.labels.indices {
          var score = model.intercept
          for j in 0..<6 {
            score += model.weights[j] * (Double(left.features[i * 6 + j]) - scaler.mean[j]) / scaler.scale[j]
          }
          #expect(abs(score - held.scores[i]) <= 1e-7 * max(1, abs(score)))
        }
      }
    }
  }

  @Test("A fold that does not converge is named")
  func notConverged() throws {
    let rows = SyntheticRows(.init(rows: 300, columns: 6, seed: 54))
    var generator = SeededGenerator(seed: 6)
    let folds = try Folds(requestOffsets: Array(0...300), count: 2, using: &generator)
    let regression = LogisticRegression(.init(tolerance: 1e-12, maxIterations: 1))
    #expect {
      try rows.withData { data in
        try regression.crossValidate(data, folds: folds, penalties: [Penalty(l1: 0.1, l2: 0)]) { _ in 0 }
      }
    } throws: {
      guard case .foldNotConverged(fold: 1, _, _) = $0 as? LearningError else { return false }
      return true
    }
  }

  @Test("The rules choose the least loss, and the largest penalty within a standard error of it")
  func rules() {
    func estimates(_ values: [[Double]]) -> [PenaltyRule.Estimate] { values.map(PenaltyRule.Estimate.init) }
    let losses = estimates([[0.9, 0.7], [0.6, 0.58], [0.57, 0.53], [0.5, 0.56], [0.61, 0.55]])
    #expect(PenaltyRule.minimum.choice(losses) == 3)
    #expect(abs((losses[3].standardError ?? 0) - 0.03) < 1e-15)
    #expect(PenaltyRule.oneStandardError.choice(losses) == 2)
    #expect(PenaltyRule.minimum.choice(estimates([[0.5], [0.5]])) == 0)
    #expect(PenaltyRule.oneStandardError.choice(estimates([[0.6], [0.5]])) == 1)
    #expect(PenaltyRule.minimum.choice([]) == nil)
  }
}

extension SyntheticRows {
  /// A copy of the rows that satisfy a condition.
  func selecting(_ isWanted: (Int) -> Bool) -> SyntheticRows {
    let chosen = labels.indices.filter(isWanted)
    return SyntheticRows(
      columns: columns, features: chosen.flatMap { features[$0 * columns..<($0 + 1) * columns] },
      labels: chosen.map { labels[$0] }, weights: weights.map { all in chosen.map { all[$0] } })
  }
}
