import Testing

@testable import RankingMetrics

@Suite struct OffPolicyTests {
  /// Four rounds by hand: weights 2, 0.5, 0, 4.
  static let log = try! OffPolicyLog(
    rewards: [1, 0, 1, 1], propensities: [0.25, 0.5, 0.5, 0.125], targets: [0.5, 0.25, 0, 0.5],
    rewardModel: .init(logged: [0.5, 0.25, 0.5, 0.75], target: [0.5, 0.5, 0.25, 0.25]))

  func estimates(clip: Double = .infinity, switchAt: Double = .infinity) throws -> [OffPolicyEstimator: Double] {
    let groups = try RankingGroups(offsets: Array(0...4))
    let result = try #require(
      try RequestBootstrap(groups: groups, replicates: 9, seed: 1)
        .offPolicyEstimates(of: Self.log, clip: clip, switchAt: switchAt))
    return Dictionary(uniqueKeysWithValues: result.estimates.map { ($0, $1.value) })
  }

  @Test func byHand() throws {
    let plain = try estimates()
    #expect(plain[.ips] == 6.0 / 4 && plain[.snips] == 6 / 6.5 && plain[.dm] == 1.5 / 4)
    // 1.5 + 2·0.5 + 0.5·(−0.25) + 0 + 4·0.25 = 3.375
    #expect(plain[.dr] == 3.375 / 4 && plain[.switchDR] == plain[.dr])
    let cut = try estimates(clip: 2, switchAt: 1)
    #expect(cut[.ips] == 4.0 / 4 && cut[.snips] == 4 / 4.5)
    #expect(cut[.dr] == (1.5 + 1 - 0.125 + 0.5) / 4 && cut[.switchDR] == (1.5 - 0.125) / 4)
  }

  @Test func whatToKnowBeforeBelieving() throws {
    let groups = try RankingGroups(offsets: Array(0...4))
    let result = try #require(
      try RequestBootstrap(groups: groups, replicates: 9, seed: 1).offPolicyEstimates(of: Self.log, clip: 2))
    #expect(result.effectiveSampleSize == 4.5 * 4.5 / 8.25)
    #expect(result.meanWeight == 6.5 / 4 && result.largestWeight == 4)
    #expect(result.clipped == 1 && result.unmatched == 1 && result.logged.value == 0.75)
    #expect(result.warnings.contains { $0.contains("effective sample size") })
    #expect(result.warnings.contains { $0.contains("clipped") })
  }

  /// The policy that logged is worth what it earned, by every estimator, with nothing to warn of but a small sample.
  @Test func theLoggingPolicyIsWorthWhatItEarned() throws {
    var generator = SplitMix64(seed: 3)
    let rewards = (0..<500).map { _ in Double.random(in: 0...1, using: &generator) < 0.3 ? 1.0 : 0 }
    let propensities = (0..<500).map { _ in Double.random(in: 0.1...1, using: &generator) }
    let model = OffPolicyLog.RewardModel(
      logged: Array(repeating: 0.3, count: 500), target: Array(repeating: 0.3, count: 500))
    let log = try OffPolicyLog(
      rewards: rewards, propensities: propensities, targets: propensities, rewardModel: model)
    let result = try #require(
      try RequestBootstrap(groups: RankingGroups(offsets: Array(0...500)), replicates: 9, seed: 1)
        .offPolicyEstimates(of: log, switchAt: 1))
    let earned = rewards.reduce(0, +) / 500
    for (estimator, distribution) in result.estimates where estimator != .dm {
      #expect(agree(distribution.value, earned), "\(estimator)")
    }
    #expect(result.warnings == [])
  }

  @Test func badLogsAreNamed() throws {
    func error(_ p: [Double], _ t: [Double]) -> MetricError? {
      do {
        _ = try OffPolicyLog(rewards: [1, 0], propensities: p, targets: t)
        return nil
      } catch { return error }
    }
    #expect(error([0.5, 0], [1, 1]) == .propensityInvalid(array: "propensities", row: 1, value: 0))
    #expect(error([0.5, 0.5], [1.5, 1]) == .propensityInvalid(array: "targets", row: 0, value: 1.5))
    #expect(error([0.5], [1, 1]) == .countMismatch(array: "propensities", count: 1, rows: 2))
  }
}

@Suite struct PositionBiasTests {
  /// Clicks drawn from a known curve over random orders of ten propositions.
  @Test func aKnownCurveIsFound() throws {
    var generator = SplitMix64(seed: 11)
    let curve = [1, 0.6, 0.35, 0.2]
    var positions: [Int32] = []
    var propositions: [Int64] = []
    var labels: [UInt8] = []
    for _ in 0..<6000 {
      let slate = Array(0..<10).shuffled(using: &generator).prefix(4)
      for (place, item) in slate.enumerated() {
        positions.append(Int32(place + 1))
        propositions.append(Int64(item))
        let chance = curve[place] * (0.05 + 0.05 * Double(item))
        labels.append(Double.random(in: 0..<1, using: &generator) < chance ? 1 : 0)
      }
    }
    let groups = try RankingGroups(offsets: stride(from: 0, through: 24_000, by: 4).map { $0 })
    let bias = try #require(
      try RequestBootstrap(groups: groups, replicates: 40, seed: 2)
        .positionBias(positions: positions, propositions: propositions, labels: labels))
    #expect(bias.places.map(\.position) == [1, 2, 3, 4] && bias.share == 1)
    #expect(bias.places[0].examination.value == 1 && bias.places[0].shown == 6000)
    for (place, truth) in zip(bias.places, curve) {
      let error = place.examination.standardError ?? 0
      #expect(abs(place.examination.value - truth) < 4 * error + 1e-12, "place \(place.position)")
      #expect(error < 0.05)
    }
  }

  @Test func whatCannotBeToldIsNil() throws {
    let bootstrap = RequestBootstrap(groups: try RankingGroups(offsets: [0, 2]), replicates: 2, seed: 0)
    // Each proposition has a place of its own; no click at the first place.
    #expect(try bootstrap.positionBias(positions: [1, 2], propositions: [7, 8], labels: [1, 1]) == nil)
    #expect(try bootstrap.positionBias(positions: [1, 2], propositions: [7, 7], labels: [0, 1]) == nil)
  }
}
