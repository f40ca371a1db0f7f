import RankingMetrics
import Testing

@Suite struct MetricErrorTests {
  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func scoresMustBeFinite(bad: Double) throws {
    // Past the first block, so that the row is found from the block on.
    var scores = [Double](repeating: 1, count: 40_000)
    scores[35_001] = bad
    scores[39_000] = bad
    let labels = [UInt8](repeating: 1, count: scores.count)
    let groups = try RankingGroups(offsets: [0, scores.count])
    let expected = 35_001
    func isExpected(_ error: any Error) -> Bool {
      guard case .scoreNotFinite(let row, let value) = error as? MetricError else { return false }
      return row == expected && (value == bad || bad.isNaN && value.isNaN)
    }
    #expect { try rocAUC(scores: scores, labels: labels) } throws: { isExpected($0) }
    #expect { try averagePrecision(scores: scores, labels: labels) } throws: { isExpected($0) }
    #expect { try logLoss(logits: scores, labels: labels) } throws: { isExpected($0) }
    #expect { try delongInterval(scores: scores, labels: labels) } throws: { isExpected($0) }
    #expect { try RankedRequests(scores: scores, labels: labels, groups: groups) } throws: { isExpected($0) }
    let bootstrap = RequestBootstrap(groups: groups, replicates: 2, seed: 1)
    #expect { try bootstrap.rocAUC(scores: scores, labels: labels) } throws: { isExpected($0) }
  }

  @Test func probabilitiesLabelsAndWeightsAreChecked() throws {
    #expect(throws: MetricError.probabilityOutOfRange(row: 1, value: 1.5)) {
      try logLoss(probabilities: [0.5, 1.5], labels: [0, 1])
    }
    #expect(throws: MetricError.probabilityOutOfRange(row: 0, value: -0.1)) {
      try brierScore(probabilities: [-0.1, 0.5], labels: [0, 1])
    }
    #expect(throws: MetricError.self) { try expectedCalibrationError(probabilities: [.nan], labels: [0]) }
    #expect(throws: MetricError.labelNotBinary(row: 1, value: 2)) { try rocAUC(scores: [1, 2], labels: [0, 2]) }
    #expect(throws: MetricError.labelNotBinary(row: 1, value: 0.5)) { try binaryLabels([1, 0.5]) }
    #expect(try binaryLabels([1, 0, -0.0]) == [1, 0, 0])
    #expect(throws: MetricError.weightInvalid(row: 0, value: -1)) {
      try rocAUC(scores: [1, 2], labels: [0, 1], weights: [-1, 1])
    }
    #expect(throws: MetricError.weightInvalid(row: 1, value: .infinity)) {
      try brierScore(probabilities: [0, 1], labels: [0, 1], weights: [1, .infinity])
    }
    #expect(throws: MetricError.relevanceInvalid(row: 1, value: -2)) {
      try RankedRequests(scores: [1, 2], relevance: [1, -2], groups: RankingGroups(offsets: [0, 2]))
    }
  }

  @Test func lengthsAndOffsetsAreChecked() throws {
    #expect(throws: MetricError.countMismatch(array: "labels", count: 1, rows: 2)) {
      try rocAUC(scores: [1, 2], labels: [0])
    }
    #expect(throws: MetricError.countMismatch(array: "weights", count: 3, rows: 2)) {
      try logLoss(logits: [1, 2], labels: [0, 1], weights: [1, 1, 1])
    }
    let groups = try RankingGroups(offsets: [0, 2])
    #expect(throws: MetricError.countMismatch(array: "scores", count: 1, rows: 2)) {
      try RankedRequests(scores: [1], labels: [1], groups: groups)
    }
    #expect(throws: MetricError.countMismatch(array: "scores", count: 1, rows: 2)) {
      try RequestBootstrap(groups: groups, seed: 1).rocAUC(scores: [1], labels: [1])
    }
    #expect(throws: MetricError.countMismatch(array: "the metric", count: 3, rows: 1)) {
      try RequestBootstrap(groups: groups, seed: 1).mean(of: PerRequestMetric(values: [1, 2, 3]))
    }
    #expect(throws: MetricError.offsetsInvalid(index: 0, value: 0)) { try RankingGroups(offsets: []) }
    #expect(throws: MetricError.offsetsInvalid(index: 0, value: 1)) { try RankingGroups(offsets: [1, 2]) }
    #expect(throws: MetricError.offsetsInvalid(index: 2, value: 3)) { try RankingGroups(offsets: [0, 4, 3]) }
    #expect(throws: MetricError.notComparable(count: 1, other: 2)) {
      try PerRequestMetric(values: [1]).difference(from: PerRequestMetric(values: [1, 2]))
    }
  }

  @Test func messagesNameTheRow() {
    #expect("\(MetricError.scoreNotFinite(row: 12, value: .nan))".contains("row 12: score is nan"))
    #expect("\(MetricError.countMismatch(array: "labels", count: 1, rows: 2))".contains("labels has 1"))
  }
}
