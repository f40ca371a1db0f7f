internal import Foundation
internal import JSON

extension MLflowClient {
  /// Makes the run's model the next version of the registered model, which is made where there is none.
  ///
  /// - Returns: the version on the server.
  func register(_ name: String, _ record: RunRecord, run: CreatedRun) throws -> String {
    do {
      try call("registered-models/create") { $0.field("name", name) }
    } catch let refusal as Refusal where refusal.code == "RESOURCE_ALREADY_EXISTS" {}
    let (version, status) = try call("model-versions/create") { writer in
      writer.field("name", name)
      writer.field("source", "\(run.artifactURI)/model")
      writer.field("run_id", run.id)
      writer.pairs(
        "tags",
        [
          ("dataset.fingerprint", record.dataset.fingerprint), ("manifest_sha256", record.model?.hash ?? ""),
          ("local_version", record.model?.version.map(String.init) ?? ""),
        ])
    } read: { root in
      try root.field("model_version") { (try $0.text("version"), try $0.text("status")) }
    }
    try waitUntilReady(name, version, status: status)
    return version
  }

  func set(_ alias: String, of name: String, to version: String) throws {
    try call("registered-models/alias", isIdempotent: true) { writer in
      writer.field("name", name)
      writer.field("alias", alias)
      writer.field("version", version)
    }
  }

  /// A server with a store of its own may copy a model first.
  private func waitUntilReady(_ name: String, _ version: String, status: String) throws {
    var status = status
    for _ in 0..<60 where status == "PENDING_REGISTRATION" {
      Thread.sleep(forTimeInterval: 1)
      status = try get("model-versions/get", ["name": name, "version": version]) { root in
        try root.field("model_version") { try $0.text("status") }
      }
    }
    guard status == "READY" else {
      throw TrackingError.server("version \(version) of \"\(name)\" is not ready on the server: \(status)")
    }
  }
}
