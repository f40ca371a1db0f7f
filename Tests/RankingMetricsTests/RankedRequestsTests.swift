import Testing

@testable import RankingMetrics

@Suite struct RankedRequestsTests {
  @Test(arguments: 0..<20)
  func metricsStayBetweenZeroAndOne(seed: Int) throws {
    let sample = Sample(seed: UInt64(seed), rows: 400, largestRequest: 40, levels: seed % 3 == 0 ? nil : seed)
    let ranked = try RankedRequests(
      scores: sample.scores, relevance: sample.relevance, groups: RankingGroups(offsets: sample.offsets))
    for name in ["ndcg", "ndcg1", "ndcg10", "mrr", "mrr3", "precision5", "recall5", "hitRate5", "map"] {
      let metric = try #require(ranked.metric(named: name))
      #expect(metric.values.allSatisfy { $0.isNaN || (0...1).contains($0) }, "\(name), seed \(seed)")
      #expect(metric.used > 0)
    }
  }

  @Test(arguments: 0..<10)
  func orderOfTiedRowsDoesNotMatter(seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    let sample = Sample(seed: UInt64(seed), rows: 300, largestRequest: 30, levels: 4)
    let groups = try RankingGroups(offsets: sample.offsets)
    let order = (0..<groups.count).flatMap { groups[$0].shuffled(using: &generator) }
    let other = sample.rearranged(order)
    let first = try RankedRequests(scores: sample.scores, relevance: sample.relevance, groups: groups)
    let second = try RankedRequests(scores: other.scores, relevance: other.relevance, groups: groups)
    for name in ["ndcg10", "mrr", "precision5", "recall5", "hitRate5", "map"] {
      #expect(agree(first.metric(named: name)?.mean, second.metric(named: name)?.mean), "\(name), seed \(seed)")
    }
  }

  @Test func threadsDoNotMatter() throws {
    let sample = Sample(seed: 2, rows: 30_000, largestRequest: 5, levels: 20)
    let groups = try RankingGroups(offsets: sample.offsets)
    #expect(groups.count > 3 * 2048)
    let one = try RankedRequests(scores: sample.scores, labels: sample.labels, groups: groups, threads: 1)
    let four = try RankedRequests(scores: sample.scores, labels: sample.labels, groups: groups, threads: 4)
    for name in ["ndcg10", "mrr", "precision5", "recall5", "hitRate5", "map"] {
      #expect(one.metric(named: name)?.values.map(\.bitPattern) == four.metric(named: name)?.values.map(\.bitPattern))
    }
  }

  @Test func bestAndWorstOrders() throws {
    let groups = try RankingGroups(offsets: [0, 3, 3, 5])
    let best = try RankedRequests(scores: [3, 2, 1, 0, 1], relevance: [2, 1, 0, 0, 0], groups: groups)
    #expect(best.ndcg().values[0] == 1)
    #expect(best.ndcg().used == 1)
    #expect(best.ndcg().leftOut == 2)
    #expect(best.meanAveragePrecision().mean == 1)
    let worst = try RankedRequests(scores: [1, 2, 3, 0, 1], labels: [1, 0, 0, 0, 0], groups: groups)
    #expect(worst.ndcg(at: 2).mean == 0)
    #expect(worst.ndcg().mean == 0.5)
    #expect(worst.meanReciprocalRank().mean == 1.0 / 3)
    #expect(worst.meanReciprocalRank(at: 2).mean == 0)
    #expect(worst.hitRate(at: 2).mean == 0)
  }

  @Test func cutOffsBeyondTheRequest() throws {
    let ranked = try RankedRequests(scores: [1, 2], labels: [1, 0], groups: RankingGroups(offsets: [0, 2]))
    #expect(ranked.precision(at: 10).mean == 0.1)
    #expect(ranked.recall(at: 10).mean == 1)
    #expect(ranked.hitRate(at: 10).mean == 1)
    #expect(ranked.ndcg(at: 10).mean == ranked.ndcg().mean)
  }

  /// A constant score is worth a random order: not the best one, and not the one that was logged.
  @Test func aConstantScoreIsARandomOrder() throws {
    let ranked = try RankedRequests(
      scores: [0.5, 0.5, 0.5, 0.5], labels: [1, 0, 0, 0], groups: RankingGroups(offsets: [0, 4]))
    #expect(ranked.hitRate(at: 1).mean == 0.25)
    #expect(ranked.precision(at: 2).mean == 0.25)
    #expect(agree(ranked.meanReciprocalRank().mean, (1 + 1.0 / 2 + 1.0 / 3 + 1.0 / 4) / 4))
    #expect(agree(ranked.meanAveragePrecision().mean, (1 + 1.0 / 2 + 1.0 / 3 + 1.0 / 4) / 4))
  }

  @Test func groupsFromRequestsOfRows() throws {
    #expect(try RankingGroups(requestOfEachRow: [7, 7, 2, 9, 9]).offsets == [0, 2, 3, 5])
    #expect(try RankingGroups(requestOfEachRow: [Int]()).count == 0)
    #expect(try RankingGroups(offsets: [0, 2, 3, 5]).requestOfEachRow() == [0, 0, 1, 2, 2])
    #expect(throws: MetricError.requestNotContiguous(row: 3)) {
      try RankingGroups(requestOfEachRow: ["a", "a", "b", "a"])
    }
  }

  @Test func noRequestsHaveNoMean() throws {
    let ranked = try RankedRequests(scores: [], labels: [], groups: RankingGroups(offsets: [0]))
    #expect(ranked.ndcg(at: 5) == PerRequestMetric(values: []))
    #expect(ranked.ndcg(at: 5).mean == nil)
  }
}
