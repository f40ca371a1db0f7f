internal import ArgumentParser
internal import Datasets
internal import Evaluation
internal import JSON
internal import Models

struct MetricsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "Says how good your own scores are: every metric of the library on NumPy arrays.",
    discussion: """
      For scores of any model. Rows of a request are contiguous. Probabilities and log-odds get the metrics of \
      probabilities too; other scores only those of their order. Ties are averaged; a metric that is not defined on \
      these rows is null.

        train metrics --scores s.npy --labels y.npy --group request.npy --kind probability
        train metrics --scores s.npy --labels y.npy --k 1,3 --json
      """)

  @Option(help: "The score of each row; a higher one is more likely positive.")
  var scores: String

  @Option(help: "0 or 1 a row.")
  var labels: String

  @Option(help: "The request of each row, whole numbers; without it each row is a request of its own.")
  var group: String?

  @Option(help: "The user of each row, whole numbers: intervals then draw users, not requests.")
  var user: String?

  @Option(help: "The weight of each row, 0 or more; metrics of the order within requests do not look at it.")
  var weight: String?

  @Option(help: "What each row shows, whole numbers: for coverage.")
  var proposition: String?

  @Option(help: "The category of what each row shows, whole numbers: for diversity.")
  var category: String?

  @Option(help: "What the scores are: probability, log-odds, or score for anything else.")
  var kind = ScoreKind.score

  @Option(help: "The places that ranking metrics look at, comma between.")
  var k = "5,10"

  @Option(help: "Bins of the calibration error.")
  var bins = 10

  @Option(help: "Draws of the bootstrap; 0 leaves the intervals out.")
  var bootstrap = 1000

  @Option(help: "Fixes the draws.")
  var seed: UInt64 = 0

  @Flag(help: "With --json: also the points of the ROC, precision-recall and gain curves, and the reliability bins.")
  var curves = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (0...1_000_000).contains(bootstrap) else {
      throw ValidationError("--bootstrap \(bootstrap): expected 0 to 1000000")
    }
    guard bins >= 1, bins <= 10_000 else { throw ValidationError("--bins \(bins): expected 1 to 10000") }
    guard !places.isEmpty, places.allSatisfy({ $0 >= 1 }), places.count == k.split(separator: ",").count else {
      throw ValidationError("--k \(k): expected whole numbers from 1 on, comma between, as in 5,10")
    }
    guard !curves || output.json else { throw ValidationError("--curves goes with --json") }
  }

  private var places: [Int] { k.split(separator: ",").compactMap { Int($0) } }

  func run() throws {
    let scored = try ScoredRows(
      scores: scores, kind: kind, labels: labels, requests: group, users: user, weights: weight,
      propositions: proposition, categories: category)
    let result = try scored.metrics(at: places, bins: bins, replicates: bootstrap, seed: seed)
    let curves = try curves ? scored.curves(bins: bins) : nil
    output.print(text: text(scored, result)) { writer in
      writer.field("rows", scored.rowCount)
      writer.field("positives", scored.positives)
      writer.field("requests", scored.requestCount)
      writer.field("requests_with_positive", scored.requestsUsed)
      writer.key("metrics")
      writer.object { writer in for metric in result { writer.field(metric.name, metric.value) } }
      if let curves { curves.write(to: &writer) }
    }
  }

  private func text(_ scored: ScoredRows, _ metrics: [Evaluation.Metric]) -> String {
    var table = Table("metric", "value", "95 % interval")
    for metric in metrics { table.add(metric.name, cell(metric.value), interval(metric.value)) }
    return """
      \(grouped(scored.rowCount)) rows, \(grouped(scored.positives)) positive; ranking metrics over \
      \(grouped(scored.requestsUsed)) of \(grouped(scored.requestCount)) requests (the others have no positive)

      \(table.text)
      """
  }
}

extension JSONWriter {
  /// A metric as an object with `value`, `low` and `high`; null where it is not defined.
  mutating func field(_ name: String, _ metric: MetricValue?) {
    key(name)
    guard let metric else { return null() }
    object { writer in
      writer.field("value", metric.value)
      if let low = metric.low { writer.field("low", low) }
      if let high = metric.high { writer.field("high", high) }
    }
  }
}

extension ScoredRows.Curves {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.key("operating_points")
    writer.array { writer in
      for point in points {
        writer.object { writer in
          for (name, value) in point where value.isFinite { writer.field(name, value) }
        }
      }
    }
    writer.key("reliability")
    writer.array { writer in
      for bin in bins {
        writer.object { writer in
          for (name, value) in bin where value.isFinite { writer.field(name, value) }
        }
      }
    }
  }
}
