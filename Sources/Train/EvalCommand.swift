internal import ArgumentParser
internal import Datasets
internal import Evaluation
internal import JSON
internal import Models
internal import Tracking

struct EvalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Says how good a model is, with intervals, beside the baselines.",
    discussion: """
      Intervals are bootstraps that draw whole requests, or users with --bootstrap-by user, and DeLong's for the AUC,
      clustered likewise. Where the model knows the position, ranking metrics are also given as a server ranks: every
      position at its serving value. Ties are averaged; requests without a positive have no ranking metric and are counted.

        train eval --model models/ranker/1 --dataset datasets/demo
        train eval --model models/ranker/1 --dataset datasets/demo --split validation --json
        train eval --model models/ranker/2 --dataset datasets/demo --against models/ranker/1 --by device,new_user
        train eval --model models/ranker/1 --dataset datasets/demo --importance --report eval.html

      --against draws the same requests for both models and gives the interval of the difference. --by tests each slice
      against all other rows and says where it is worse beyond noise, after Holm's correction for all that is tested.
      --importance deals a feature's values out to other requests, ten times, on at most 200,000 rows.
      """)

  @Option(help: "The model's folder, models/NAME/VERSION, or models/NAME for its newest version.")
  var model: String

  @Option(help: "The dataset's folder.")
  var dataset: String

  @Option(help: "The side to evaluate on: train, validation or test.")
  var split = SplitName.test

  @Option(help: "Draws of the bootstrap; 0 leaves the intervals out.")
  var bootstrap = 1000

  @Option(help: "What the intervals draw: request, or user with all requests (needs user.npy).")
  var bootstrapBy = BootstrapUnit.request

  @Option(help: "Fixes the draws.")
  var seed: UInt64 = 0

  @Flag(help: "Estimate how much each place is looked at, and measure by reweighted clicks too.")
  var positionBias = false

  @OptionGroup var extras: EvalExtrasOptions

  @OptionGroup var tracking: TrackingOptions

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (0...1_000_000).contains(bootstrap) else {
      throw ValidationError("--bootstrap \(bootstrap): expected 0 to 1000000")
    }
  }

  func run() throws {
    let artifact = try loadModel(model)
    let dataset = try Dataset(path: dataset)
    let rows = try dataset.split(split)
    let subject = RunSubject(
      command: "eval", dataset: dataset, split: split, rows: rows.rowCount, model: .init(artifact),
      parameters: [
        "bootstrap": .number(Double(bootstrap)), "bootstrap_by": .text(bootstrapBy.rawValue), "seed": .text("\(seed)"),
      ])
    try tracking.record(subject, output: output) { run in
      try evaluate(artifact, dataset, rows, run: run)
      return nil
    }
  }

  private func evaluate(_ artifact: ModelArtifact, _ dataset: Dataset, _ rows: DatasetSplit, run: RunRecorder?) throws {
    let progress = output.progress("eval", unit: "rows")
    let options = Evaluation.Options(replicates: bootstrap, seed: seed, drawsUsers: bootstrapBy == .user)
    let evaluation = try Evaluation(of: artifact, on: rows, of: dataset, options: options)
    let bias =
      try positionBias ? Evaluation.positionBias(of: artifact, on: rows, of: dataset, options: options) : nil
    let found =
      extras.isWanted
      ? try EvalExtras(extras, artifact, rows, dataset, options: options, progress: progress) : nil
    progress.finish("\(grouped(evaluation.rows)) rows")
    run?.set(evaluation, split: split)
    if let path = extras.report, let found, let curves = found.curves {
      try EvalReport(
        artifact: artifact, dataset: dataset, split: split, evaluation: evaluation, extras: found, curves: curves
      ).write(to: path)
    }
    let caution = artifact.calibration?.caution(on: split)
    let closing =
      (bias.map { "\n\n\($0.text)" } ?? "") + (found?.text ?? "")
      + [caution, extras.report].compactMap { $0.map { "\n\n" + $0 } }.joined()
    output.print(text: text(evaluation, artifact) + closing) { writer in
      writer.field("model", artifact.path)
      writer.field("objective", ObjectiveChoice(artifact.manifest).rawValue)
      writer.field("split", split.rawValue)
      evaluation.write(to: &writer)
      bias?.write(to: &writer)
      writer.field("calibration", artifact.calibration?.method ?? "none")
      found?.write(to: &writer)
      if let path = extras.report { writer.field("report", path) }
    }
  }

  private func text(_ evaluation: Evaluation, _ artifact: ModelArtifact) -> String {
    var metrics = Table("\(split.rawValue), as logged", "value", "95 % interval")
    for metric in evaluation.metrics { metrics.add(metric.name, cell(metric.value), interval(metric.value)) }
    var comparison = Table("as served", "auc", "ndcg@5", "ndcg@10", "mrr", "model's lead in ndcg@5")
    func add(_ name: String, _ metrics: [Evaluation.Metric], lead: MetricValue?) {
      let cells = ["auc", "ndcg@5", "ndcg@10", "mrr"].map { wanted in
        cell(metrics.first { $0.name == wanted }?.value)
      }
      comparison.add(
        name, cells[0], cells[1], cells[2], cells[3], lead.map { "\(cell($0)) (\(interval($0)))" } ?? "")
    }
    add("model", evaluation.asServed ?? evaluation.metrics, lead: nil)
    for baseline in evaluation.baselines { add(baseline.name, baseline.metrics, lead: baseline.ndcgDifference) }
    let isPairwise = ObjectiveChoice(artifact.manifest) == .pairwise
    return """
      \(artifact.path)  \(artifact.hash.prefix(12))\(isPairwise ? "\n" + ObjectiveChoice.pairwiseNote : "")
      \(grouped(evaluation.rows)) rows, \(grouped(evaluation.positives)) positive; ranking metrics over \
      \(grouped(evaluation.requestsUsed)) of \(grouped(evaluation.requests)) requests (the others have no positive)

      \(metrics.text)

      \(comparison.text)
      """
  }
}

/// The artifact of a path: `models/NAME/VERSION`, or `models/NAME` for the newest version.
func loadModel(_ path: String) throws -> ModelArtifact {
  var path = path
  while path.count > 1, path.last == "/" { path.removeLast() }
  let parts = path.split(separator: "/", omittingEmptySubsequences: false)
  if Int(parts.last ?? "") != nil { return try ModelArtifact(path: path) }
  let root = parts.dropLast().joined(separator: "/")
  return try ModelRegistry(root: parts.count > 1 ? root : ".").load(String(parts.last ?? ""))
}

extension Evaluation {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.field("rows", rows)
    writer.field("positives", positives)
    writer.field("requests", requests)
    writer.field("requests_with_positive", requestsUsed)
    write(metrics, as: "metrics", to: &writer)
    if let asServed { write(asServed, as: "as_served", to: &writer) }
    writer.key("baselines")
    writer.object { writer in
      for baseline in baselines {
        writer.key(baseline.name.replacing(" ", with: "_"))
        writer.object { writer in
          write(baseline.metrics, as: "metrics", to: &writer)
          writer.key("ndcg@5_lead")
          write(baseline.ndcgDifference, to: &writer)
        }
      }
    }
  }

  private func write(_ metrics: [Metric], as name: String, to writer: inout JSONWriter) {
    writer.key(name)
    writer.object { writer in
      for metric in metrics {
        writer.key(metric.name)
        write(metric.value, to: &writer)
      }
    }
  }

  private func write(_ value: MetricValue?, to writer: inout JSONWriter) {
    guard let value else {
      writer.null()
      return
    }
    writer.object { writer in
      writer.field("value", value.value)
      if let low = value.low { writer.field("low", low) }
      if let high = value.high { writer.field("high", high) }
    }
  }
}
