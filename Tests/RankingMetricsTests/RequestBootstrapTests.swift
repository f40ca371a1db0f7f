import Foundation
import Testing

@testable import RankingMetrics

@Suite struct RequestBootstrapTests {
  /// Each replicate against the metric of the rows that it draws, copied out.
  @Test(arguments: [nil, 6])
  func replicatesAreTheMetricsOfTheirDraws(levels: Int?) throws {
    for weighted in [false, true] {
      let sample = Sample(seed: 21, rows: 60, levels: levels)
      let bootstrap = RequestBootstrap(
        groups: try RankingGroups(offsets: sample.offsets), replicates: 19, seed: 5, threads: 2)
      let metrics = try Self.metrics(bootstrap, sample, weighted: weighted)
      for replicate in 0..<19 {
        let draws = bootstrap.draws(of: replicate)
        #expect(draws.reduce(0, +) == bootstrap.groups.count)
        let drawn = sample.drawing(draws.indices.flatMap { [Int](repeating: $0, count: draws[$0]) })
        let expected = try Self.values(drawn, weighted: weighted)
        for (metric, value) in zip(metrics, expected) {
          #expect(agree(metric.replicates[replicate], value), "replicate \(replicate)")
        }
      }
      for (metric, value) in zip(metrics, try Self.values(sample, weighted: weighted)) {
        #expect(agree(metric.value, value))
      }
    }
  }

  private static func metrics(
    _ bootstrap: RequestBootstrap, _ sample: Sample, weighted: Bool
  ) throws -> [BootstrapDistribution] {
    let (s, p, y) = (sample.scores, sample.probabilities, sample.labels)
    let w = weighted ? sample.weights : nil
    return try [
      bootstrap.rocAUC(scores: s, labels: y, weights: w),
      bootstrap.averagePrecision(scores: s, labels: y, weights: w),
      bootstrap.logLoss(probabilities: p, labels: y, weights: w),
      bootstrap.logLoss(logits: s, labels: y, weights: w),
      bootstrap.brierScore(probabilities: p, labels: y, weights: w),
      bootstrap.expectedCalibrationError(probabilities: p, labels: y, weights: w, bins: 7),
    ].map { try #require($0) }
  }

  private static func values(_ sample: Sample, weighted: Bool) throws -> [Double?] {
    let (s, p, y) = (sample.scores, sample.probabilities, sample.labels)
    let w = weighted ? sample.weights : nil
    return try [
      rocAUC(scores: s, labels: y, weights: w),
      averagePrecision(scores: s, labels: y, weights: w),
      logLoss(probabilities: p, labels: y, weights: w),
      logLoss(logits: s, labels: y, weights: w),
      brierScore(probabilities: p, labels: y, weights: w),
      expectedCalibrationError(probabilities: p, labels: y, weights: w, bins: 7),
    ]
  }

  @Test func meansAreOfTheRequestsDrawn() throws {
    let values = [0.25, .nan, 1, 0.5, .nan, 0.125]
    let groups = try RankingGroups(offsets: Array(0...6))
    let bootstrap = RequestBootstrap(groups: groups, replicates: 50, seed: 9)
    let distribution = try #require(try bootstrap.mean(of: PerRequestMetric(values: values)))
    for replicate in 0..<50 {
      let draws = bootstrap.draws(of: replicate)
      let used = zip(draws, values).filter { !$1.isNaN }
      let expected = used.reduce(0) { $0 + Double($1.0) * $1.1 } / Double(used.reduce(0) { $0 + $1.0 })
      let replicate = distribution.replicates[replicate]
      // Undefined where only requests without a value are drawn.
      #expect(expected.isNaN ? replicate.isNaN : agree(replicate, expected))
    }
    #expect(try bootstrap.mean(of: PerRequestMetric(values: [Double](repeating: .nan, count: 6))) == nil)
  }

  /// Users with all their requests: as if each user's requests were one.
  @Test func usersAreDrawnWhole() throws {
    let sample = Sample(seed: 14, rows: 90)
    let groups = try RankingGroups(offsets: sample.offsets)
    let users = (0..<groups.count).map { Int64($0 % 7) * 1_000_003 }
    let bootstrap = RequestBootstrap(groups: groups, users: users, replicates: 21, seed: 3)
    #expect(bootstrap.units == 7)
    let byUser = sample.drawing((0..<7).flatMap { user in (0..<groups.count).filter { $0 % 7 == user } })
    var merged = byUser
    let sizes = (0..<7).map { user in (0..<groups.count).filter { $0 % 7 == user }.reduce(0) { $0 + groups[$1].count } }
    merged.offsets = sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    let expected = RequestBootstrap(
      groups: try RankingGroups(offsets: merged.offsets), replicates: 21, seed: 3)
    for weighted in [false, true] {
      let ours = try Self.metrics(bootstrap, sample, weighted: weighted)
      let theirs = try Self.metrics(expected, merged, weighted: weighted)
      for (one, two) in zip(ours, theirs) {
        #expect(zip(one.replicates, two.replicates).allSatisfy { agree($0, $1) })
      }
    }
    let clustered = try #require(
      try delongInterval(scores: sample.scores, labels: sample.labels, groups: groups, users: users))
    let once = try #require(
      try delongInterval(
        scores: merged.scores, labels: merged.labels, groups: RankingGroups(offsets: merged.offsets)))
    #expect(agree(clustered.low, once.low) && agree(clustered.high, once.high))
    let values = (0..<groups.count).map { $0 % 5 == 0 ? Double.nan : Double($0) }
    let mean = try #require(try bootstrap.mean(of: PerRequestMetric(values: values)))
    for replicate in 0..<21 {
      let draws = bootstrap.draws(of: replicate)
      let used = values.indices.filter { !values[$0].isNaN }
      let total = used.reduce(0) { $0 + Double(draws[$1 % 7]) * values[$1] }
      #expect(agree(mean.replicates[replicate], total / used.reduce(0) { $0 + Double(draws[$1 % 7]) }))
    }
  }

  @Test func threadsDoNotMatterAndSeedsDo() throws {
    let sample = Sample(seed: 1, rows: 200)
    let groups = try RankingGroups(offsets: sample.offsets)
    func metrics(seed: UInt64, threads: Int) throws -> [[UInt64]] {
      let bootstrap = RequestBootstrap(groups: groups, replicates: 37, seed: seed, threads: threads)
      return try Self.metrics(bootstrap, sample, weighted: false).map { $0.replicates.map(\.bitPattern) }
    }
    let one = try metrics(seed: 4, threads: 1)
    #expect(try metrics(seed: 4, threads: 2) == one)
    #expect(try metrics(seed: 4, threads: 7) == one)
    #expect(try metrics(seed: 5, threads: 2) != one)
  }

  /// A draw without a positive has no area; it is left out of the interval and counted.
  @Test func undefinedReplicatesAreCounted() throws {
    let groups = try RankingGroups(offsets: [0, 2, 4, 6])
    let distribution = try #require(
      try RequestBootstrap(groups: groups, replicates: 400, seed: 3)
        .rocAUC(scores: [2, 1, 4, 3, 6, 5], labels: [0, 1, 0, 0, 0, 0]))
    // A draw of three misses the one request with a positive with probability (2/3)³ = 0.296.
    #expect((80...160).contains(distribution.undefined))
    let interval = distribution.interval()
    #expect(interval.low <= distribution.value && distribution.value <= interval.high)
  }

  @Test func pairedDifferencesUseTheSameDraws() throws {
    let sample = Sample(seed: 8, rows: 150)
    let bootstrap = RequestBootstrap(
      groups: try RankingGroups(offsets: sample.offsets), replicates: 100, seed: 2)
    let area = try #require(try bootstrap.rocAUC(scores: sample.scores, labels: sample.labels))
    let same = try #require(try bootstrap.rocAUC(scores: sample.scores.map { 2 * $0 }, labels: sample.labels))
    #expect(try area.difference(from: same).interval() == Interval(value: 0, low: 0, high: 0))
    let worse = try #require(try bootstrap.rocAUC(scores: sample.scores.map { -$0 }, labels: sample.labels))
    #expect(try !area.difference(from: worse).interval().contains(0))
  }

  /// 95 % intervals of a mean should hold the true one in about 95 % of samples.
  @Test func intervalsCoverTheTruth() throws {
    var generator = SplitMix64(seed: 77)
    let groups = try RankingGroups(offsets: Array(0...60))
    var covered = 0
    for sample in 0..<300 {
      let values = (0..<60).map { _ in Double.random(in: 0...1, using: &generator) }
      let bootstrap = RequestBootstrap(groups: groups, replicates: 200, seed: UInt64(sample))
      let interval = try #require(try bootstrap.mean(of: PerRequestMetric(values: values))).interval()
      covered += interval.contains(0.5) ? 1 : 0
    }
    #expect((270...297).contains(covered), "\(covered) of 300")
  }

  /// Rows that repeat within a request tell nothing new: neither interval may become narrower for them.
  @Test func clustersWidenTheIntervalOfTheArea() throws {
    let sample = Sample(seed: 30, rows: 80, largestRequest: 1)
    let once = sample.drawing(Array(0..<sample.offsets.count - 1))
    var repeated = once.rearranged(once.scores.indices.flatMap { [$0, $0, $0, $0] })
    repeated.offsets = once.offsets.map { $0 * 4 }
    let rows = try #require(try delongInterval(scores: once.scores, labels: once.labels))
    let clustered = try #require(
      try delongInterval(
        scores: repeated.scores, labels: repeated.labels, groups: RankingGroups(offsets: repeated.offsets)))
    #expect(agree(rows.low, clustered.low) && agree(rows.high, clustered.high))
    let bootstrap = try #require(
      try RequestBootstrap(groups: RankingGroups(offsets: repeated.offsets), replicates: 400, seed: 6)
        .rocAUC(scores: repeated.scores, labels: repeated.labels))
    let error = try #require(bootstrap.standardError)
    let expected = (rows.high - rows.low) / 2 / 1.96
    #expect(abs(error - expected) < 0.2 * expected)
  }

  @Test func intervalsAreWrittenAsThreeNumbers() throws {
    let interval = Interval(value: 0.5, low: 0.25, high: 0.75)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = try encoder.encode(interval)
    #expect(String(decoding: data, as: UTF8.self) == #"{"high":0.75,"low":0.25,"value":0.5}"#)
    #expect(try JSONDecoder().decode(Interval.self, from: data) == interval)
  }
}
