import Testing

@testable import RankingMetrics

/// Every metric beside scikit-learn's, SciPy's or a definition counted out; see Fixtures/make_oracle.py.
@Suite struct OracleTests {
  @Test(arguments: Oracle.shared.cases)
  func classificationMetricsAgree(_ sample: Oracle.Case) throws {
    let expected = sample.classification
    let (p, y, w) = (sample.probabilities, sample.labels, sample.weights)
    for threads in [1, 2] {
      #expect(agree(try rocAUC(scores: p, labels: y, weights: w, threads: threads), expected.auc))
      #expect(agree(try averagePrecision(scores: p, labels: y, weights: w, threads: threads), expected.ap))
      #expect(agree(try logLoss(probabilities: p, labels: y, weights: w, threads: threads), expected.logLoss))
      #expect(agree(try logLoss(logits: sample.logits, labels: y, weights: w, threads: threads), expected.logitLoss))
      #expect(agree(try brierScore(probabilities: p, labels: y, weights: w, threads: threads), expected.brier))
    }
    #expect(agree(try expectedCalibrationError(probabilities: p, labels: y, weights: w), expected.ece10))
    #expect(agree(try expectedCalibrationError(probabilities: p, labels: y, weights: w, bins: 15), expected.ece15))
  }

  @Test(arguments: Oracle.shared.cases)
  func delongIntervalsAgree(_ sample: Oracle.Case) throws {
    let groups = try RankingGroups(offsets: sample.offsets)
    let rows = try delongInterval(scores: sample.probabilities, labels: sample.labels)
    let requests = try delongInterval(scores: sample.probabilities, labels: sample.labels, groups: groups)
    for (interval, expected) in [
      (rows, sample.classification.delong), (requests, sample.classification.obuchowski),
    ] {
      #expect(agree(interval?.value, expected?[0]))
      #expect(agree(interval?.low, expected?[1]))
      #expect(agree(interval?.high, expected?[2]))
    }
  }

  @Test(arguments: Oracle.shared.cases)
  func rankingMetricsAgree(_ sample: Oracle.Case) throws {
    let groups = try RankingGroups(offsets: sample.offsets)
    let binary = try RankedRequests(
      scores: sample.probabilities, labels: sample.labels, groups: groups, threads: 2)
    let graded = try RankedRequests(scores: sample.probabilities, relevance: sample.relevance, groups: groups)
    for (ranked, expected) in [(binary, sample.binary), (graded, sample.graded)] {
      for (name, reference) in expected where name != "used" {
        let metric = try #require(ranked.metric(named: name))
        #expect(agree(metric.mean, reference), "\(name): \(String(describing: metric.mean)), not \(reference)")
        #expect(Double(metric.used) == expected["used"])
        #expect(metric.used + metric.leftOut == groups.count)
      }
      if expected["used"] == 0 { #expect(ranked.ndcg(at: 4).mean == nil) }
    }
  }

  @Test func normalQuantilesAgree() {
    for pair in Oracle.shared.normalQuantiles {
      #expect(abs(normalQuantile(pair[0]) - pair[1]) <= 1e-13 * max(1, abs(pair[1])))
    }
  }

  @Test func percentileIntervalsAgree() {
    let squares = (1...20).map { Double($0 * $0) }
    // NaN stands for a replicate without a value, which is left out.
    let distribution = BootstrapDistribution(value: 3, replicates: [.nan] + squares.reversed() + [.nan])
    #expect(distribution.undefined == 2)
    for row in Oracle.shared.quantiles {
      let interval = distribution.interval(confidence: row[0])
      #expect(interval.value == 3)
      #expect(agree(interval.low, row[1]))
      #expect(agree(interval.high, row[2]))
    }
  }
}

extension RankedRequests {
  /// The metric of a name as the oracle writes it: "ndcg4", "mrr", "map".
  func metric(named name: String) -> PerRequestMetric? {
    let kind = name.prefix { !$0.isNumber }
    let k = Int(name.dropFirst(kind.count))
    switch (kind, k) {
    case ("mrr", _): return meanReciprocalRank(at: k)
    case ("map", nil): return meanAveragePrecision()
    case ("ndcg", _): return ndcg(at: k)
    case ("precision", let k?): return precision(at: k)
    case ("recall", let k?): return recall(at: k)
    case ("hitRate", let k?): return hitRate(at: k)
    default: return nil
    }
  }
}
