import Events
import Experiments
import Features
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Logging
import Models

@testable import Serve

/// A folder with a catalogue, models and an experiment, and servers on it.
///
/// Unchecked: the settings are changed before a server is made, never beside one.
final class ServerFixture: @unchecked Sendable {
  let folder: String
  let catalogue: Catalogue
  var settings: Settings

  /// - Parameter propositions: how many the catalogue holds; the later, the newer.
  init(propositions: Int = 12, attributes: (Int) -> [String: Proposition.Attribute] = { _ in [:] }) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("serve-tests-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    catalogue = try Catalogue(
      (0..<propositions).map { index in
        Proposition(
          id: "p\(index)", title: "Proposition \(index)", category: ["books", "music", "film"][index % 3],
          createdAt: Timestamp("2026-01-01T00:00:00Z")!.advanced(by: Int64(index) * Timestamp.day),
          attributes: attributes(index))
      })
    var lines = JSONWriter()
    for proposition in catalogue.propositions {
      proposition.write(to: &lines)
      lines.newline()
    }
    try Data(lines.bytes).write(to: URL(fileURLWithPath: "\(folder)/propositions.jsonl"))
    settings = Settings(propositions: "\(folder)/propositions.jsonl")
    settings.port = 0
    settings.models = "\(folder)/models"
    settings.experiments = "\(folder)/experiments/*.yml"
    settings.events = "\(folder)/events.sqlite"
    settings.popularityRefresh = 0
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// A model that weighs some features and no others.
  @discardableResult
  func addModel(
    _ name: String = "ranker", features: FeatureSet = .standard, weights: [String: Double], intercept: Double = 0
  ) throws -> ModelArtifact {
    let resolved = features.resolved(for: catalogue)
    let names = resolved.columnNames
    let zeros = Array(repeating: 0.0, count: names.count)
    return try ModelRegistry(root: settings.models).add(
      ModelRegistry.Draft(
        model: LinearModel(features: names, coefficients: names.map { weights[$0] ?? 0 }, intercept: intercept),
        scaling: FeatureScaling(features: names, mean: zeros, scale: zeros.map { _ in 1 }), featureSet: resolved.yaml,
        metrics: [:], card: "A model of the tests.", dataset: .init(name: "none", fingerprint: "none", rows: 0),
        parameters: [:], seed: 0),
      as: name)
  }

  func addExperiment(_ variants: [(name: String, weight: Double, model: String)], salt: String = "pepper") throws {
    let lines = variants.map { "  - {name: \($0.name), weight: \($0.weight), model: \($0.model)}\n" }.joined()
    try FileManager.default.createDirectory(atPath: "\(folder)/experiments", withIntermediateDirectories: true)
    try "name: ranking\nunit: user\nsalt: \(salt)\nvariants:\n\(lines)".write(
      toFile: "\(folder)/experiments/ranking.yml", atomically: true, encoding: .utf8)
  }

  /// A server that is ready, unless told otherwise.
  func server(isReady: Bool = true) throws -> Server {
    var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    logger.logLevel = .critical
    let server = try Server(settings, logger: logger)
    if isReady { server.warmUp.perform() }
    return server
  }

  /// Sends requests to a new server's router.
  @discardableResult
  func test<Value>(
    isReady: Bool = true, _ body: @escaping @Sendable (any TestClientProtocol, Server) async throws -> Value
  ) async throws -> Value {
    let server = try server(isReady: isReady)
    defer { withExtendedLifetime(self) {} }
    return try await server.application.test(.router) { client in try await body(client, server) }
  }

  /// What is on disk, opened anew.
  func storedEvents() throws -> [Event] {
    var events: [Event] = []
    try SQLiteEventLog(path: settings.events, readOnly: true).forEachEvent { event, _ in events.append(event) }
    return events
  }
}

/// An answer, with its body as Foundation reads JSON: not by the parser that the server uses.
struct Answer {
  let status: Int
  /// By name in lower case.
  let headers: [String: String]
  let text: String

  var json: [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any] ?? [:]
  }

  var propositions: [[String: Any]] { json["propositions"] as? [[String: Any]] ?? [] }
  var ids: [String] { propositions.compactMap { $0["id"] as? String } }
  var error: (field: String?, message: String) {
    let error = json["error"] as? [String: Any]
    return (error?["field"] as? String, error?["message"] as? String ?? "")
  }

  subscript(field: String) -> String? { json[field] as? String }
}

extension TestClientProtocol {
  func get(_ uri: String) async throws -> Answer { try await send(.get, uri) }

  func post(_ uri: String, _ body: String) async throws -> Answer { try await send(.post, uri, body) }

  func suggest(_ user: String, limit: Int = 5) async throws -> Answer {
    try await post("/suggest", #"{"user_id":"\#(user)","limit":\#(limit)}"#)
  }

  func send(_ method: HTTPRequest.Method, _ uri: String, _ body: String? = nil) async throws -> Answer {
    try await execute(uri: uri, method: method, body: body.map { ByteBuffer(string: $0) }) { response in
      Answer(
        status: response.status.code,
        headers: Dictionary(response.headers.map { ($0.name.canonicalName, $0.value) }, uniquingKeysWith: { $1 }),
        text: String(buffer: response.body))
    }
  }
}

/// One event as JSON.
func eventJSON(_ kind: String = "click", _ fields: [String: String] = [:]) -> String {
  let all = ["event_type": kind, "user_id": "u1", "proposition_id": "p1", "timestamp": "2026-06-01T10:00:00Z"]
  let pairs = all.merging(fields) { $1 }.sorted { $0.key < $1.key }.map { #""\#($0.key)":"\#($0.value)""# }
  return "{\(pairs.joined(separator: ","))}"
}
