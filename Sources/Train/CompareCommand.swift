internal import ArgumentParser
internal import Datasets
internal import Evaluation
internal import JSON
internal import Models

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Puts models side by side on the same rows, with paired differences to the first.",
    discussion: """
      All models are scored on the same rows, and every draw of the bootstrap takes the same requests for all: a
      difference whose interval leaves 0 out is beyond noise. AUC and log loss are of the rows as logged, NDCG of the order
      as served. Comparing many models, expect one difference in twenty to leave 0 out by chance.

        train compare models/ranker/1 models/ranker/2 --dataset datasets/demo
        train compare models/ranker/1 models/ranker/2 models/ranker/3 --dataset datasets/demo --report compare.html
      """)

  @Argument(help: "Folders of two models or more, models/NAME/VERSION, or models/NAME for its newest version.")
  var models: [String]

  @Option(help: "The dataset's folder.")
  var dataset: String

  @Option(help: "The side to compare on: train, validation or test.")
  var split = SplitName.test

  @Option(help: "Draws of the bootstrap; 0 leaves the intervals out.")
  var bootstrap = 1000

  @Option(help: "Fixes the draws.")
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("Write an HTML page; one that is there is replaced.", valueName: "file"))
  var report: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard models.count >= 2 else { throw ValidationError("compare: expected two models or more") }
    guard (0...1_000_000).contains(bootstrap) else {
      throw ValidationError("--bootstrap \(bootstrap): expected 0 to 1000000")
    }
  }

  func run() throws {
    let dataset = try Dataset(path: dataset)
    let rows = try dataset.split(split)
    let options = Evaluation.Options(replicates: bootstrap, seed: seed)
    let progress = output.progress("compare", unit: "models")
    let compared = try withExtendedLifetime(rows) {
      var compared: [ComparedModel] = []
      for (number, path) in models.enumerated() {
        let artifact = try loadModel(path)
        let evaluation = try Evaluation(of: artifact, on: rows, of: dataset, options: options)
        let scored = try ModelScores(artifact, split: rows, dataset: dataset)
        let first = compared.first?.rows
        compared.append(
          ComparedModel(
            artifact: artifact, evaluation: evaluation, rows: scored,
            comparison: try first.map { try Comparison(of: scored, from: $0, options: options) },
            curves: report == nil ? nil : try Curves(of: scored, options: options)))
        progress.update(number + 1, of: models.count)
      }
      return compared
    }
    progress.finish("\(models.count) models on \(grouped(rows.rowCount)) rows")
    if let report {
      try CompareReport(models: compared, dataset: dataset, split: split).write(to: report)
    }
    output.print(text: text(compared)) { writer in
      writer.field("split", split.rawValue)
      writer.field("rows", rows.rowCount)
      writer.key("models")
      writer.array { writer in for model in compared { writer.object { model.write(to: &$0) } } }
      if let report { writer.field("report", report) }
    }
  }

  private func text(_ models: [ComparedModel]) -> String {
    var values = Table([""] + models.map(\.artifact.reference))
    for metric in models[0].evaluation.metrics {
      values.add([metric.name] + models.map { cell($0.value(metric.name)) })
    }
    var text = "\(split.rawValue): \(grouped(models[0].evaluation.rows)) rows\n\n\(values.text)"
    for model in models {
      guard let comparison = model.comparison else { continue }
      var table = Table("\(model.artifact.reference) less \(comparison.other)", "difference", "95 % interval", "")
      for metric in comparison.differences {
        table.add(metric.name, cell(metric.value), interval(metric.value), metric.verdictText)
      }
      text += "\n\n" + table.text
    }
    if let report { text += "\n\n\(report)" }
    return text
  }
}

/// One of the models side by side.
struct ComparedModel {
  let artifact: ModelArtifact
  let evaluation: Evaluation
  let rows: ModelScores
  /// Against the first model; nil for the first itself.
  let comparison: Comparison?
  /// Only for a report.
  let curves: Curves?

  func value(_ name: String) -> MetricValue? { evaluation.metrics.first { $0.name == name }?.value }

  func write(to writer: inout JSONWriter) {
    writer.field("model", artifact.path)
    writer.field("hash", artifact.hash)
    writer.key("metrics")
    writer.object { writer in for metric in evaluation.metrics { writer.metric(metric.name, metric.value) } }
    guard let comparison else { return }
    writer.key("difference_to_first")
    writer.object { writer in for metric in comparison.differences { writer.metric(metric.name, metric.value) } }
  }
}
