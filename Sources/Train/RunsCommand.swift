internal import ArgumentParser
internal import Foundation
internal import JSON
internal import Models
internal import Tracking

struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "Lists and shows what was fitted and evaluated, and sends it to MLflow.",
    subcommands: [RunsListCommand.self, RunsShowCommand.self, RunsPushCommand.self])
}

/// The folder in which runs are looked for.
struct RunStoreOptions: ParsableArguments {
  @Option(help: "The folder of all runs.")
  var runs = "experiments/runs"

  var store: RunStore { RunStore(root: runs) }
}

struct RunsListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the runs, the newest last.",
    discussion: """
        train runs list
        train runs list --model ranker --command fit --json

      The state is done, failed, running, or interrupted where the command was killed.
      """)

  @OptionGroup var source: RunStoreOptions

  @Option(help: "Only runs of this model: NAME, or NAME/VERSION.")
  var model: String?

  @Option(help: "Only runs of this command: fit or eval.")
  var command: String?

  @Option(help: "Only so many, the newest.")
  var last: Int?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard last.map({ $0 > 0 }) ?? true else { throw ValidationError("--last: expected 1 or more") }
    guard command.map(["fit", "eval"].contains) ?? true else {
      throw ValidationError("--command: expected fit or eval")
    }
  }

  func run() throws {
    let store = source.store
    var runs = store.names().map { name in (name: name, run: Result { try RunFolder(path: "\(store.root)/\(name)") }) }
      .filter { isWanted($0.run) }
    if let last { runs = runs.suffix(last) }
    var table = Table("run", "state", "model", "dataset", "auc", "ndcg@5", "log_loss", "seconds")
    for (name, run) in runs {
      guard let run = try? run.get() else {
        table.add(name, "damaged", "–", "–", "–", "–", "–", "–")
        continue
      }
      let record = run.record
      table.add(
        record.name, run.state, record.model?.reference ?? "–", record.dataset.name, cell(record.shown("auc")),
        cell(record.shown("ndcg@5")), cell(record.shown("log_loss")), record.seconds.map { fixed($0, 2) } ?? "–")
    }
    output.print(text: runs.isEmpty ? "\(store.root): no such run" : table.text) { writer in
      writer.key("runs")
      writer.array { writer in
        for (name, run) in runs {
          writer.object { writer in
            switch run {
            case .success(let run): run.write(to: &writer)
            case .failure(let error):
              writer.field("run", name)
              writer.field("state", "damaged")
              writer.field("error", "\(error)")
            }
          }
        }
      }
    }
  }

  /// Whether a run is asked for; what is damaged is shown where no model and no command is asked for.
  private func isWanted(_ run: Result<RunFolder, any Error>) -> Bool {
    guard let run = try? run.get() else { return model == nil && command == nil }
    let (found, wanted) = (run.record.model, model)
    return (wanted == nil || found?.name == wanted || found?.reference == wanted)
      && (command == nil || command == run.record.command)
  }
}

struct RunsShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows a run: what was tried, on what, and what came of it.",
    discussion: """
        train runs show 20260131T120000000Z-fit-ranker-3f9a2c
        train runs show 3f9a2c
      """)

  @Argument(help: .init("The run's name, a part of it that no other run has, or its folder.", valueName: "run"))
  var reference: String

  @OptionGroup var source: RunStoreOptions

  @OptionGroup var output: OutputOptions

  func run() throws {
    let folder = try source.store.run(reference)
    let steps = try folder.steps()
    output.print(text: text(folder, steps)) { writer in
      folder.write(to: &writer)
      writer.key("steps")
      writer.array { writer in
        for step in steps {
          writer.object { writer in
            writer.field("step", step.step)
            writer.field("seconds", step.seconds)
            for (name, value) in step.values.sorted(by: { $0.key < $1.key }) { writer.field(name, value) }
          }
        }
      }
    }
  }

  private func text(_ folder: RunFolder, _ steps: [RunStep]) -> String {
    let record = folder.record
    var lines = [
      "\(folder.path)  \(folder.state)",
      "train \(record.arguments.joined(separator: " "))",
      "\(record.started.formatted(.iso8601)), \(record.seconds.map { fixed($0, 3) + " s" } ?? "no end"), "
        + "version \(record.toolVersion)"
        + (record.git.map { ", commit \($0.revision.prefix(12))\($0.dirty ? " and changes" : "")" } ?? ""),
      "dataset \(record.dataset.name) (\(record.dataset.fingerprint.prefix(12))), \(grouped(record.dataset.rows)) rows of "
        + record.dataset.split,
    ]
    if let model = record.model { lines.append("model \(model.reference)  \(model.hash?.prefix(12) ?? "")") }
    if let error = record.error { lines.append("error: \(error)") }
    for sent in record.mlflow {
      lines.append("mlflow \(sent.uri)/#/experiments/\(sent.experimentID)/runs/\(sent.runID)")
    }
    var parameters = Table("parameter", "")
    for (name, value) in record.parameters.sorted(by: { $0.key < $1.key }) { parameters.add(name, value.description) }
    var metrics = Table("metric", "value", "95 % interval")
    for (name, value) in record.metrics.sorted(by: { $0.key < $1.key }) {
      metrics.add(name, cell(value), interval(value))
    }
    lines += ["", parameters.text]
    if !record.metrics.isEmpty { lines += ["", metrics.text] }
    if let last = steps.last {
      let values = last.values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      lines += ["", "\(steps.count) steps; the last: \(values.joined(separator: ", "))"]
    }
    return lines.joined(separator: "\n")
  }
}

struct RunsPushCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "push", abstract: "Sends a recorded run, and the model it made, to an MLflow server.",
    discussion: """
        train runs push 3f9a2c --mlflow http://127.0.0.1:5000 --mlflow-alias champion

      The model must still be what the run made. A run that the server has already is sent again only with --again, as
      a run of its own.
      """)

  @Argument(help: .init("The run's name, a part of it that no other run has, or its folder.", valueName: "run"))
  var reference: String

  @OptionGroup var source: RunStoreOptions

  @OptionGroup var mlflow: MLflowOptions

  @OptionGroup var registration: MLflowModelOptions

  @Flag(help: "Send it although the server has it.")
  var again = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard mlflow.uri != nil else { throw ValidationError("missing --mlflow URI: the server to send to") }
  }

  func run() throws {
    let folder = try source.store.run(reference)
    guard let publisher = try mlflow.publisher(alias: registration.alias) else { return }
    guard folder.record.status != .running || folder.isInterrupted else {
      throw TrackingError.run(path: folder.path, reason: "is still running; send it when it has ended")
    }
    if let there = folder.record.mlflow.last(where: { $0.uri == publisher.address }), !again {
      throw TrackingError.run(
        path: folder.path, reason: "is on \(there.uri) already, as run \(there.runID); --again sends it once more")
    }
    let sent = try publisher.send(folder, model: try folder.loadMadeModel(), output: output)
    output.print(text: "\(folder.record.name): run \(sent.runID) of experiment \(publisher.experiment)") {
      writer in
      writer.field("run", folder.record.name)
      writer.field("uri", sent.uri)
      writer.field("experiment_id", sent.experimentID)
      writer.field("run_id", sent.runID)
      if let version = sent.modelVersion { writer.field("model_version", version) }
    }
  }
}

extension RunFolder {
  /// `interrupted`, or the record's status.
  fileprivate var state: String { isInterrupted ? "interrupted" : record.status.rawValue }

  /// The model that the run made, checked to be the one; nil where it made none.
  fileprivate func loadMadeModel() throws -> ModelArtifact? {
    guard record.command == "fit", record.status == .done, let path = record.model?.path else { return nil }
    let artifact = try loadModel(path)
    guard artifact.hash == record.model?.hash else {
      throw TrackingError.run(
        path: path, reason: "is not the model that the run made: its hash differs from run.json's")
    }
    return artifact
  }

  /// The fields of `run.json` that programs ask for.
  fileprivate func write(to writer: inout JSONWriter) {
    writer.field("run", record.name)
    writer.field("path", path)
    writer.field("command", record.command)
    writer.field("state", state)
    writer.field("started", record.started.formatted(.iso8601))
    if let seconds = record.seconds { writer.field("seconds", seconds) }
    if let error = record.error { writer.field("error", error) }
    if let model = record.model {
      writer.field("model", model.reference)
      if let hash = model.hash { writer.field("model_hash", hash) }
    }
    writer.field("dataset", record.dataset.name)
    writer.field("dataset_fingerprint", record.dataset.fingerprint)
    writer.field("split", record.dataset.split)
    writer.key("parameters")
    writer.object { writer in
      for (name, value) in record.parameters.sorted(by: { $0.key < $1.key }) {
        switch value {
        case .number(let number): writer.field(name, number)
        case .text(let text): writer.field(name, text)
        }
      }
    }
    writer.key("metrics")
    writer.object { writer in
      for (name, value) in record.metrics.sorted(by: { $0.key < $1.key }) { writer.field(name, value.value) }
    }
    if let git = record.git { writer.field("git_revision", git.revision) }
  }
}

extension RunRecord {
  /// A figure of the side that a table shows: what was evaluated, or validation after a fit.
  fileprivate func shown(_ metric: String) -> MetricValue? {
    metrics["\(command == "fit" ? "validation" : dataset.split)/\(metric)"]
  }
}

extension RunRecord.ModelReference {
  /// `NAME/VERSION`, or `NAME` where there is no version.
  fileprivate var reference: String { version.map { "\(name)/\($0)" } ?? name }
}
