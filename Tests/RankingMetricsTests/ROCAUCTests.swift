import Testing

@testable import RankingMetrics

@Suite struct ROCAUCTests {
  /// The definition, pair by pair.
  private func bruteForce(_ sample: Sample, weights: [Double]?) -> Double? {
    var pairs = 0.0
    var total = 0.0
    for i in sample.scores.indices where sample.labels[i] == 1 {
      for j in sample.scores.indices where sample.labels[j] == 0 {
        let weight = weights.map { $0[i] * $0[j] } ?? 1
        total += weight
        let (s, t) = (sample.scores[i], sample.scores[j])
        pairs += weight * (s > t ? 1 : s == t ? 0.5 : 0)
      }
    }
    return total > 0 ? pairs / total : nil
  }

  @Test(arguments: 0..<60)
  func equalsTheDefinition(seed: Int) throws {
    let sample = Sample(seed: UInt64(seed), rows: 1 + seed * 3, levels: [nil, 2, 5, 30][seed % 4])
    #expect(agree(try rocAUC(scores: sample.scores, labels: sample.labels), bruteForce(sample, weights: nil)))
    #expect(
      agree(
        try rocAUC(scores: sample.scores, labels: sample.labels, weights: sample.weights),
        bruteForce(sample, weights: sample.weights)))
  }

  @Test(arguments: [1.0, -1.0], [100, 20_000])
  func negatedScoresGiveTheComplement(sign: Double, rows: Int) throws {
    for levels in [nil, 7] {
      let sample = Sample(seed: 3, rows: rows, levels: levels)
      let scores = sample.scores.map { $0 * sign }
      let area = try #require(try rocAUC(scores: scores, labels: sample.labels))
      let complement = try #require(try rocAUC(scores: scores.map { -$0 }, labels: sample.labels))
      #expect(abs(area + complement - 1) < 1e-15)
    }
  }

  @Test(arguments: 0..<8)
  func orderOfRowsDoesNotMatter(seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    let sample = Sample(seed: UInt64(seed), rows: 500, levels: seed % 2 == 0 ? 9 : nil)
    let other = sample.rearranged(Array(sample.scores.indices).shuffled(using: &generator))
    #expect(
      try rocAUC(scores: sample.scores, labels: sample.labels) == rocAUC(scores: other.scores, labels: other.labels))
    #expect(
      agree(
        try averagePrecision(scores: sample.scores, labels: sample.labels, weights: sample.weights),
        try averagePrecision(scores: other.scores, labels: other.labels, weights: other.weights)))
  }

  /// Enough rows for 16 bits of leading digits, several chunks, spans and levels of the sort.
  @Test(arguments: [nil, 3, 5000])
  func manyRowsAreExactAtAnyThreadCount(levels: Int?) throws {
    let sample = Sample(seed: 11, rows: 70_000, levels: levels)
    let area = try rocAUC(scores: sample.scores, labels: sample.labels, threads: 1)
    let weighted = try rocAUC(scores: sample.scores, labels: sample.labels, weights: sample.weights, threads: 1)
    for threads in [2, 3, 8] {
      #expect(try rocAUC(scores: sample.scores, labels: sample.labels, threads: threads) == area)
      #expect(
        try rocAUC(scores: sample.scores, labels: sample.labels, weights: sample.weights, threads: threads)
          == weighted)
    }
    // Mann–Whitney's U from mean ranks, by the standard library's sort.
    let sorted = sample.scores.indices.sorted { sample.scores[$0] < sample.scores[$1] }
    var doubledRanks = 0
    var first = 0
    while first < sorted.count {
      let score = sample.scores[sorted[first]]
      let last = sorted[first...].prefix { sample.scores[$0] == score }.endIndex
      doubledRanks += sorted[first..<last].count { sample.labels[$0] == 1 } * (first + last + 1)
      first = last
    }
    let positives = sample.labels.count { $0 == 1 }
    let pairs = doubledRanks - positives * (positives + 1)
    #expect(area == Double(pairs) / (2 * Double(positives) * Double(sorted.count - positives)))
  }

  @Test func aWeightOfTwoIsTheRowTwice() throws {
    for seed in 0..<10 {
      let sample = Sample(seed: UInt64(seed), rows: 80, levels: 12)
      let twice = sample.rearranged(
        sample.scores.indices.flatMap { [Int](repeating: $0, count: Int(sample.weights[$0])) })
      let p = sample.probabilities
      let q = twice.probabilities
      let (y, w) = (sample.labels, sample.weights)
      #expect(
        agree(
          try rocAUC(scores: sample.scores, labels: y, weights: w),
          try rocAUC(scores: twice.scores, labels: twice.labels)))
      #expect(
        agree(
          try averagePrecision(scores: p, labels: y, weights: w), try averagePrecision(scores: q, labels: twice.labels))
      )
      #expect(
        agree(
          try logLoss(probabilities: p, labels: y, weights: w), try logLoss(probabilities: q, labels: twice.labels)))
      #expect(
        agree(
          try logLoss(logits: sample.scores, labels: y, weights: w),
          try logLoss(logits: twice.scores, labels: twice.labels)))
      #expect(
        agree(
          try brierScore(probabilities: p, labels: y, weights: w),
          try brierScore(probabilities: q, labels: twice.labels)))
      #expect(
        agree(
          try expectedCalibrationError(probabilities: p, labels: y, weights: w),
          try expectedCalibrationError(probabilities: q, labels: twice.labels)))
    }
  }

  @Test func extremeScoresAreOrdered() throws {
    let scores: [Double] = [
      -.greatestFiniteMagnitude, -1, -.leastNonzeroMagnitude, 0, .leastNonzeroMagnitude, .leastNormalMagnitude, 1,
      1.nextUp, .greatestFiniteMagnitude,
    ]
    for split in 1..<scores.count {
      let labels = scores.indices.map { UInt8($0 >= split ? 1 : 0) }
      #expect(try rocAUC(scores: scores, labels: labels) == 1)
    }
    #expect(try rocAUC(scores: [0, -0.0], labels: [0, 1]) == 0.5)
  }

  @Test func oneClassHasNoArea() throws {
    #expect(try rocAUC(scores: [], labels: []) == nil)
    #expect(try rocAUC(scores: [1, 2], labels: [1, 1]) == nil)
    #expect(try rocAUC(scores: [1, 2], labels: [0, 0]) == nil)
    #expect(try rocAUC(scores: [1, 2], labels: [0, 1], weights: [0, 1]) == nil)
    #expect(try averagePrecision(scores: [1, 2], labels: [0, 0]) == nil)
    #expect(try averagePrecision(scores: [1, 2], labels: [1, 1]) == 1)
    #expect(try delongInterval(scores: [1, 2], labels: [0, 1]) == nil)
  }

  /// A weight far below the rounding error of the total still makes a class.
  @Test func aTinyWeightIsNotLost() throws {
    #expect(try rocAUC(scores: [2, 1], labels: [1, 0], weights: [1, 1e-200]) == 1)
  }
}
