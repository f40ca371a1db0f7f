import Testing

@testable import RankingMetrics

@Suite struct CalibrationTests {
  @Test func binsHoldTheirUpperEdge() throws {
    let bins = try reliabilityBins(probabilities: [0, 0.1, 0.2, 0.25, 1], labels: [0, 1, 0, 1, 1], bins: 5)
    #expect(bins.map(\.count) == [3, 1, 0, 0, 1])
    #expect(bins[0].positiveRate == 1.0 / 3)
    #expect(bins[1].meanProbability == 0.25)
    #expect(bins[2].meanProbability == nil)
    #expect(bins[2].positiveRate == nil)
    #expect(bins.first?.lower == 0)
    #expect(bins.last?.upper == 1)
  }

  /// Each edge of NumPy's linspace, and its neighbours on both sides.
  @Test(arguments: [1, 2, 3, 7, 10, 15, 49, 100])
  func edgesRoundAsTheyAreShown(count: Int) {
    let bins = ProbabilityBins(count: count)
    for bin in 0..<count {
      #expect(bins.bin(of: bins.upper(of: bin)) == bin)
      if bin + 1 < count { #expect(bins.bin(of: bins.upper(of: bin).nextUp) == bin + 1) }
      #expect(bins.bin(of: bins.upper(of: bin).nextDown) == bin)
    }
    #expect(bins.bin(of: 0) == 0)
  }

  @Test func noRowsHaveNoError() throws {
    #expect(try expectedCalibrationError(probabilities: [], labels: []) == nil)
    #expect(try brierScore(probabilities: [], labels: []) == nil)
    #expect(try logLoss(logits: [], labels: []) == nil)
    #expect(try logLoss(probabilities: [0.5], labels: [1], weights: [0]) == nil)
    #expect(try reliabilityBins(probabilities: [], labels: [], bins: 3).allSatisfy { $0.count == 0 })
  }

  @Test func logitsFarOutAreExact() throws {
    #expect(try logLoss(logits: [700], labels: [0]) == 700)
    #expect(try logLoss(logits: [-700], labels: [1]) == 700)
    #expect(try logLoss(logits: [.greatestFiniteMagnitude], labels: [1]) == 0)
    let small = try #require(try logLoss(logits: [40], labels: [1]))
    #expect(abs(small - 4.248354255291589e-18) < 1e-30)  // math.log1p(math.exp(-40))
  }

  @Test func sumsAreTheSameAtAnyThreadCount() throws {
    let sample = Sample(seed: 5, rows: 100_000)
    let p = sample.probabilities
    let metrics = { (threads: Int) throws -> [Double?] in
      [
        try logLoss(probabilities: p, labels: sample.labels, weights: sample.weights, threads: threads),
        try logLoss(logits: sample.scores, labels: sample.labels, threads: threads),
        try brierScore(probabilities: p, labels: sample.labels, threads: threads),
        try expectedCalibrationError(probabilities: p, labels: sample.labels, threads: threads),
        try averagePrecision(scores: p, labels: sample.labels, threads: threads),
      ]
    }
    let one = try metrics(1)
    // Blocks, added up, are all the rows.
    let errors = zip(p, sample.labels).map { ($0 - Double($1)) * ($0 - Double($1)) }
    #expect(agree(one[2], errors.reduce(0, +) / Double(p.count)))
    let bins = try reliabilityBins(probabilities: p, labels: sample.labels, threads: 2)
    #expect(bins.reduce(0) { $0 + $1.count } == p.count)
    #expect(try metrics(2) == one)
    #expect(try metrics(5) == one)
  }
}
