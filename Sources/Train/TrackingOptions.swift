internal import ArgumentParser
internal import Datasets
internal import Foundation
internal import Models
internal import Tracking

/// Where a command records its run.
struct TrackingOptions: ParsableArguments {
  @Option(help: "The folder of all runs.")
  var runs = "experiments/runs"

  @Flag(help: "Record no run.")
  var noRun = false

  @OptionGroup var mlflow: MLflowOptions

  func validate() throws {
    guard !noRun || mlflow.uri == nil else {
      throw ValidationError("--no-run leaves nothing to send: expected either --no-run or --mlflow")
    }
  }
}

/// Where a run is sent.
struct MLflowOptions: ParsableArguments {
  @Option(
    name: .customLong("mlflow"),
    help: .init("Send the run to this MLflow server, as http://127.0.0.1:5000.", valueName: "uri"))
  var uri: String?

  @Option(
    name: .customLong("mlflow-experiment"), help: .init("The experiment there; made if absent.", valueName: "name"))
  var experiment = "predictive-propositions"

  func validate() throws {
    do {
      _ = try publisher()
    } catch {
      throw ValidationError("--mlflow: \(error)")
    }
    guard !experiment.isEmpty else { throw ValidationError("--mlflow-experiment: expected a name") }
  }

  /// nil where no server is named.
  func publisher(alias: String? = nil) throws -> MLflowPublisher? {
    try uri.map {
      MLflowPublisher(
        server: try MLflowServer(uri: $0, environment: ProcessInfo.processInfo.environment), experiment: experiment,
        alias: alias)
    }
  }
}

/// What becomes of a model that is sent.
struct MLflowModelOptions: ParsableArguments {
  @Option(
    name: .customLong("mlflow-alias"),
    help: .init("Give the model's version this alias there, as champion; none moves without.", valueName: "alias"))
  var alias: String?

  func validate() throws {
    guard alias.map({ !$0.isEmpty }) ?? true else { throw ValidationError("--mlflow-alias: expected a name") }
  }
}

/// What a run is of.
struct RunSubject {
  var command: String
  var dataset: Dataset
  var split: SplitName
  var rows: Int
  var model: RunRecord.ModelReference
  var parameters: [String: ModelManifest.Parameter]
}

extension TrackingOptions {
  /// Does the work as a run: recorded from its beginning to its end, failed or not, and sent where `--mlflow` says.
  ///
  /// What goes wrong with the local record is a warning, since the work counts for more. A server that does not take the
  /// run is an error, thrown after the work and its record are whole.
  ///
  /// - Parameter work: gets the recorder (nil with `--no-run`, or where the record cannot be written) and returns the
  ///   model that it made, if it made one.
  func record(
    _ subject: RunSubject, alias: String? = nil, output: OutputOptions,
    _ work: (RunRecorder?) throws -> ModelArtifact?
  ) throws {
    let recorder = noRun ? nil : warning { try begin(subject) }
    let model: ModelArtifact?
    do {
      model = try work(recorder)
    } catch {
      if let recorder {
        warning { try recorder.finish(error: "\(error)") }
        warning { try send(recorder.folder, model: nil, alias: nil, output: output) }
      }
      throw error
    }
    guard let recorder, warning({ try recorder.finish() }) != nil else {
      if let uri = mlflow.uri { throw NotSent(reason: "there is no record of the run to send to \(uri)", retry: nil) }
      return
    }
    output.note("run: \(recorder.path)")
    do {
      try send(recorder.folder, model: model, alias: alias, output: output)
    } catch {
      let alias = alias.map { " --mlflow-alias \($0)" } ?? ""
      throw NotSent(
        reason: "\(error)",
        retry: "train runs push \(recorder.path) --mlflow \(mlflow.uri ?? "") --mlflow-experiment "
          + "\(mlflow.experiment)\(alias)")
    }
  }

  private func begin(_ subject: RunSubject) throws -> RunRecorder {
    let dataset = subject.dataset
    return try RunRecorder(
      root: runs, command: subject.command, arguments: Array(CommandLine.arguments.dropFirst()),
      dataset: .init(
        name: URL(fileURLWithPath: dataset.path).lastPathComponent, path: dataset.path,
        fingerprint: dataset.fingerprint, split: subject.split.rawValue, rows: subject.rows),
      model: subject.model, parameters: subject.parameters)
  }

  private func send(_ folder: RunFolder, model: ModelArtifact?, alias: String?, output: OutputOptions) throws {
    guard let publisher = try mlflow.publisher(alias: alias) else { return }
    try publisher.send(folder, model: model, output: output)
  }

  /// Does what may fail without harm, and says so on standard error where it does.
  @discardableResult
  private func warning<Result>(_ body: () throws -> Result) -> Result? {
    do {
      return try body()
    } catch {
      FileHandle.standardError.write(Data("warning: the run is not recorded or not sent: \(error)\n".utf8))
      return nil
    }
  }
}

extension MLflowPublisher {
  /// Sends a run, says where it is now, and notes that in `run.json`.
  @discardableResult
  func send(
    _ folder: RunFolder, model: ModelArtifact?, output: OutputOptions
  ) throws -> RunRecord.MLflowReference {
    let reference = try publish(folder, model: model)
    output.note(
      "mlflow: \(reference.uri)/#/experiments/\(reference.experimentID)/runs/\(reference.runID)"
        + (reference.modelVersion.map { ", version \($0) of \(reference.registeredModel ?? "")" } ?? ""))
    var folder = folder
    folder.record.mlflow.append(reference)
    try folder.save()
    return reference
  }
}

extension OutputOptions {
  /// A line on standard error, none with `--quiet`.
  func note(_ line: String) {
    if !quiet { FileHandle.standardError.write(Data("\(line)\n".utf8)) }
  }
}

/// A run that no tracking server has.
struct NotSent: Error, CustomStringConvertible {
  var reason: String
  /// The command that sends it later.
  var retry: String?

  var description: String {
    """
    the work is done and its files are whole, but MLflow does not have the run: \(reason)\
    \(retry.map { "\nto send it: \($0)" } ?? "")
    """
  }
}
