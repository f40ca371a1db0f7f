internal import Files
internal import Foundation
internal import JSON
public import Models
internal import PortableModels

/// Sends a run, and the model that it made, to an MLflow server.
public struct MLflowPublisher: Sendable {
  public let server: MLflowServer
  /// The experiment that runs go into; made where there is none of that name.
  public var experiment: String
  /// The alias that the new version of a model gets, as `champion`; nil leaves all aliases where they are.
  public var alias: String?
  var options = HTTPConnection.Options()

  /// The server's root, as runs record it.
  public var address: String { server.root.absoluteString }

  public init(server: MLflowServer, experiment: String, alias: String? = nil) {
    self.server = server
    self.experiment = experiment
    self.alias = alias
  }

  /// Sends the run, and returns where it is now.
  ///
  /// In MLflow's terms: a run with parameters, tags, the dataset, metrics by step and the final ones; as its artifacts
  /// `run.json`, `metrics.jsonl`, the run's other files, and with a model its own folder as `artifact` and an MLflow
  /// model as `model`, which becomes the next version of the registered model. The run is marked finished last; on a
  /// failure it is marked failed there, as far as the server can be reached.
  ///
  /// - Parameter model: what the run made; nil for a run that made none.
  /// - Throws: ``TrackingError`` that names the request and what came of it.
  public func publish(_ folder: RunFolder, model: ModelArtifact?) throws -> RunRecord.MLflowReference {
    do {
      return try send(folder, model)
    } catch let refusal as MLflowClient.Refusal {
      throw TrackingError.server("\(address): \(refusal.message) (\(refusal.code))")
    }
  }

  private func send(_ folder: RunFolder, _ model: ModelArtifact?) throws -> RunRecord.MLflowReference {
    let client = MLflowClient(server, options: options)
    let record = folder.record
    let experimentID = try client.experiment(experiment)
    let run = try client.createRun(record, experiment: experimentID)
    var reference = RunRecord.MLflowReference(
      uri: address, experimentID: experimentID, runID: run.id)
    do {
      try client.log(record, steps: try folder.steps(), run: run.id)
      try client.log(record.dataset, command: record.command, run: run.id)
      let artifacts = try ArtifactUpload(client, run: run)
      try artifacts.send(folder)
      if let model, let name = record.model?.name {
        try artifacts.send(model)
        reference.registeredModel = name
        reference.modelVersion = try client.register(name, record, run: run)
        if let alias, let version = reference.modelVersion { try client.set(alias, of: name, to: version) }
      }
      try client.end(run.id, status: record.status == .failed ? "FAILED" : "FINISHED", at: record.ended)
    } catch {
      try? client.end(run.id, status: "FAILED", at: record.ended)
      throw error
    }
    return reference
  }
}

/// Puts files below the artifacts of a run.
private struct ArtifactUpload {
  private let client: MLflowClient
  private let root: String
  private let runID: String

  /// - Throws: ``TrackingError`` where the server wants clients to write to a store of its own choice.
  init(_ client: MLflowClient, run: MLflowClient.CreatedRun) throws {
    guard let uri = URL(string: run.artifactURI), uri.scheme == "mlflow-artifacts" else {
      throw TrackingError.server(
        "the server keeps artifacts at \(run.artifactURI), which this client does not write to; start it with "
          + "--artifacts-destination, so that artifacts go through the server, and name a new experiment")
    }
    self.client = client
    root = uri.path.split(separator: "/").joined(separator: "/")
    runID = run.id
  }

  func send(_ folder: RunFolder) throws {
    try client.upload(folder.record.encoded(), to: "\(root)/run.json")
    try client.upload(try read("\(folder.path)/metrics.jsonl"), to: "\(root)/metrics.jsonl")
    for artifact in folder.record.artifacts {
      let path = folder.path(of: artifact)
      let data = try read(path)
      guard sha256(of: data) == artifact.sha256 else {
        throw TrackingError.run(path: path, reason: "is not what the run wrote: its SHA-256 differs from run.json's")
      }
      try client.upload(data, to: "\(root)/\(URL(fileURLWithPath: path).lastPathComponent)")
    }
  }

  func send(_ model: ModelArtifact) throws {
    for name in model.manifest.files.keys.sorted() + ["manifest.json"] {
      try client.upload(try read("\(model.path)/\(name)"), to: "\(root)/artifact/\(name)")
    }
    for (name, bytes) in try MLflowModel(model, runID: runID).files.sorted(by: { $0.key < $1.key }) {
      try client.upload(Data(bytes), to: "\(root)/model/\(name)")
    }
  }

  private func read(_ path: String) throws -> Data {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw TrackingError.run(path: path, reason: "is missing, and cannot be sent")
    }
    return data
  }
}
