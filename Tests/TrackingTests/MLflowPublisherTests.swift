import Foundation
import Models
import TestSupport
import Testing

@testable import Tracking

/// The client's side of the protocol, held against a small server. Tests/Portability/mlflow_check.py holds it against
/// MLflow itself.
@Suite("Sending a run to MLflow")
struct MLflowPublisherTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func run(steps: Int = 0) throws -> RunFolder {
    let recorder = try RunRecorder(
      root: folder.file("runs"), command: "fit", arguments: [], dataset: .tiny, model: .init(name: "ranker"),
      parameters: ["l2": .number(1)])
    for step in 0..<steps { recorder.step(["objective": Double(step)]) }
    recorder.set(["validation/ndcg@5": MetricValue(value: 0.5, low: 0.25, high: 0.75)])
    try recorder.finish()
    return recorder.folder
  }

  func publisher(_ server: SmallHTTPServer, environment: [String: String] = [:]) throws -> MLflowPublisher {
    var publisher = MLflowPublisher(
      server: try MLflowServer(uri: server.address, environment: environment), experiment: "e")
    publisher.options = .init(timeoutSeconds: 2, attempts: 2, firstPauseSeconds: 0.01)
    return publisher
  }

  /// What a server with one experiment answers.
  static func answer(_ request: SmallHTTPServer.Request) -> SmallHTTPServer.Answer {
    if request.target.contains("get-by-name") {
      return .init(200, #"{"experiment": {"experiment_id": "7", "lifecycle_stage": "active"}}"#)
    }
    if request.target.hasSuffix("runs/create") {
      return .init(200, #"{"run": {"info": {"run_id": "r1", "artifact_uri": "mlflow-artifacts:/7/r1/artifacts"}}}"#)
    }
    return .init()
  }

  func error(_ server: SmallHTTPServer, environment: [String: String] = [:]) throws -> String {
    let error = #expect(throws: TrackingError.self) {
      try publisher(server, environment: environment).publish(try run(), model: nil)
    }
    return "\(try #require(error))"
  }

  @Test("A run goes in whole, its metrics in batches of up to 1,000, and is marked finished last")
  func whole() throws {
    let server = try SmallHTTPServer { request, _ in Self.answer(request) }
    let reference = try publisher(server).publish(try run(steps: 2500), model: nil)
    #expect(reference.experimentID == "7" && reference.runID == "r1" && reference.modelVersion == nil)
    let calls = server.requests.map { $0.target.replacing("/api/2.0/mlflow", with: "") }
    #expect(
      calls == [
        "/experiments/get-by-name?experiment_name=e", "/runs/create", "/runs/log-batch", "/runs/log-batch",
        "/runs/log-batch", "/runs/log-batch", "/runs/log-inputs", "-artifacts/artifacts/7/r1/artifacts/run.json",
        "-artifacts/artifacts/7/r1/artifacts/metrics.jsonl", "/runs/update",
      ])
    let batches = try server.requests[3...5].map { request in
      let body = try JSONSerialization.jsonObject(with: Data(request.body.utf8)) as? [String: Any]
      return try #require(body?["metrics"] as? [[String: Any]])
    }
    #expect(batches.map(\.count) == [1000, 1000, 503])
    #expect(
      batches[2].suffix(3).map { $0["key"] as? String }
        == ["validation/ndcg_at_5", "validation/ndcg_at_5_low", "validation/ndcg_at_5_high"])
    #expect(server.requests.last?.body.contains(#""status":"FINISHED""#) == true)
  }

  @Test("An experiment that is not there is made, also when another client is faster")
  func experiment() throws {
    let absent = SmallHTTPServer.Answer(404, #"{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "no"}"#)
    let made = try SmallHTTPServer { request, _ in
      request.target.contains("get-by-name")
        ? absent
        : request.target.contains("experiments/create") ? .init(200, #"{"experiment_id": "9"}"#) : Self.answer(request)
    }
    #expect(try publisher(made).publish(try run(), model: nil).experimentID == "9")
    let raced = try SmallHTTPServer { request, count in
      if count == 0 { return absent }
      if request.target.contains("experiments/create") {
        return .init(400, #"{"error_code": "RESOURCE_ALREADY_EXISTS", "message": "there"}"#)
      }
      return Self.answer(request)
    }
    #expect(try publisher(raced).publish(try run(), model: nil).experimentID == "7")
  }

  @Test("Credentials are those of MLflow's environment")
  func credentials() throws {
    let server = try SmallHTTPServer { request, _ in
      request.headers["authorization"] == nil ? .init(401, "") : Self.answer(request)
    }
    #expect(try error(server).contains("MLFLOW_TRACKING_TOKEN"))
    _ = try publisher(server, environment: ["MLFLOW_TRACKING_TOKEN": "t"]).publish(try run(), model: nil)
    #expect(server.requests.last?.headers["authorization"] == "Bearer t")
    let both = ["MLFLOW_TRACKING_TOKEN": "t", "MLFLOW_TRACKING_USERNAME": "u", "MLFLOW_TRACKING_PASSWORD": "p"]
    _ = try publisher(server, environment: both).publish(try run(), model: nil)
    #expect(server.requests.last?.headers["authorization"] == "Basic dTpw")
  }

  @Test("A server that is none of MLflow's, or does not let artifacts through, is an error that says so")
  func strangers() throws {
    #expect(try error(SmallHTTPServer { _, _ in .init(200, "<html>") }).contains("is this an MLflow server?"))
    #expect(try error(SmallHTTPServer { _, _ in .init(404, "<html>") }).contains("the server answered 404: <html>"))
    #expect(try error(SmallHTTPServer { _, _ in .init(308) }).contains("redirects (308)"))
    #expect(try error(SmallHTTPServer { _, _ in .init(500, "oops") }).contains("the server answered 500: oops"))
    let deleted = try SmallHTTPServer { _, _ in
      .init(200, #"{"experiment": {"experiment_id": "7", "lifecycle_stage": "deleted"}}"#)
    }
    #expect(try error(deleted).contains("the experiment \"e\" is deleted"))
    let bucket = try SmallHTTPServer { request, _ in
      request.target.hasSuffix("runs/create")
        ? .init(200, #"{"run": {"info": {"run_id": "r1", "artifact_uri": "s3://bucket/7"}}}"#) : Self.answer(request)
    }
    #expect(try error(bucket).contains("the server keeps artifacts at s3://bucket/7"))
    #expect(bucket.requests.last?.body.contains(#""status":"FAILED""#) == true)
  }

  @Test("An artifact that is no longer what the run wrote is not sent")
  func changedArtifact() throws {
    let server = try SmallHTTPServer { request, _ in Self.answer(request) }
    let recorder = try RunRecorder(
      root: folder.file("runs"), command: "eval", arguments: [], dataset: .tiny, model: .init(name: "ranker"),
      parameters: [:])
    let file = try folder.write("one", to: "report.html")
    try recorder.add(file: file)
    try recorder.finish()
    try folder.write("two", to: "report.html")
    #expect(throws: TrackingError.self) { try publisher(server).publish(recorder.folder, model: nil) }
  }

  @Test(
    "An address that is none is refused",
    arguments: ["", "mlflow", "ftp://h", "http://", "http://u:p@h", "databricks", "http://h/?x=1", "file:///tmp"])
  func addresses(uri: String) {
    #expect(throws: TrackingError.self) { try MLflowServer(uri: uri, environment: [:]) }
  }

  @Test("Names become what MLflow takes")
  func names() {
    #expect(RunRecord.mlflowName("test/ndcg@10") == "test/ndcg_at_10")
    #expect(RunRecord.mlflowName("a b-c.d_é%") == "a b-c.d___")
  }
}
