internal import Evaluation
internal import Models
internal import Reports

extension Curves {
  var roc: Chart {
    Chart.line(
      "ROC", "Positives found against negatives taken along; the area is the AUC.",
      x: Axis("false positive rate", range: 0...1), y: Axis("recall", range: 0...1),
      series: [
        Series("model", thresholds.map { .init($0.falsePositiveRate, $0.recall) }),
        Series("chance", style: .reference, [.init(0, 0), .init(1, 1)]),
      ])
  }

  var precisionRecall: Chart {
    let rate = thresholds.last?.precision ?? 0
    return Chart.line(
      "Precision and recall", "How many of those taken are positive; the line is the share of positives in all.",
      x: Axis("recall", range: 0...1), y: Axis("precision", range: 0...1),
      series: [
        Series("model", thresholds.dropFirst().map { .init($0.recall, $0.precision) }),
        Series("chance", style: .reference, [.init(0, rate), .init(1, rate)]),
      ])
  }

  var lift: Chart {
    let shown = thresholds.filter { $0.share >= 0.01 }
    return Chart.line(
      "Lift", "How many times more positives are in the best rows than in as many at random.",
      x: Axis("share of rows, best first", range: 0...1, format: .percent), y: Axis("lift"),
      series: [
        Series("model", shown.map { .init($0.share, $0.lift) }),
        Series("chance", style: .reference, [.init(0, 1), .init(1, 1)]),
      ])
  }

  /// nil where no request has an order.
  var depth: Chart? {
    guard !ndcg.isEmpty else { return nil }
    return Chart.line(
      "NDCG by k", "How good the first k places are, as served; the band is the 95 % interval.",
      x: Axis("k", places: depths.map { "\($0)" }), y: Axis("NDCG@k"),
      series: [Series("model", ndcg.enumerated().map { .init(Double($0), $1.value, low: $1.low, high: $1.high) })])
  }

  var reliabilityChart: Chart {
    let highest = reliability.flatMap { [$0.predicted, $0.seen.high ?? 0] }.max() ?? 1
    return Chart.line(
      "Reliability",
      "Ten groups of rows by prediction: what was predicted and what happened, with 95 % intervals. On the line is right.",
      x: Axis("predicted", range: 0...max(highest, 1e-6), format: .percent),
      y: Axis("positive", range: 0...max(highest, 1e-6), format: .percent),
      series: [
        Series(
          "model", style: .dots,
          reliability.map { .init($0.predicted, $0.seen.value, low: $0.seen.low, high: $0.seen.high) }),
        Series("right", style: .reference, [.init(0, 0), .init(highest, highest)]),
      ])
  }

  /// nil with one class.
  var histogram: Chart? {
    spread.map {
      Chart.histogram(
        "Scores", "The log-odds of the two classes; the less they overlap, the better.", x: Axis("log-odds"),
        y: Axis("share of the class", format: .percent), edges: $0.edges,
        series: [HistogramSeries("negative", $0.negatives), HistogramSeries("positive", $0.positives)])
    }
  }
}
