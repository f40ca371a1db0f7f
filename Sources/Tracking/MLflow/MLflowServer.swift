internal import Foundation
internal import JSON

/// An MLflow tracking server, by its REST API 2.0, and how to be let in.
public struct MLflowServer: Sendable {
  /// The root, without a slash at its end.
  let root: URL
  private let authorization: String?

  /// - Parameters:
  ///   - uri: As `http://127.0.0.1:5000` or `https://host/prefix`.
  ///   - environment: `MLFLOW_TRACKING_USERNAME` with `MLFLOW_TRACKING_PASSWORD`, else `MLFLOW_TRACKING_TOKEN`, as in
  ///     MLflow's own client.
  /// - Throws: ``TrackingError`` that says what is wrong with the address.
  public init(uri: String, environment: [String: String]) throws(TrackingError) {
    var text = uri
    while text.hasSuffix("/") { text.removeLast() }
    guard let root = URL(string: text), let scheme = root.scheme?.lowercased(), ["http", "https"].contains(scheme),
      let host = root.host(), !host.isEmpty, root.query == nil, root.fragment == nil
    else { throw .server("\"\(uri)\" is not the address of an MLflow server; expected http://HOST:PORT or https://…") }
    guard root.user == nil, root.password == nil else {
      throw .server(
        "the address of an MLflow server must not hold a password, since it is recorded; set MLFLOW_TRACKING_USERNAME "
          + "and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN")
    }
    self.root = root
    if let user = environment["MLFLOW_TRACKING_USERNAME"], let password = environment["MLFLOW_TRACKING_PASSWORD"] {
      authorization = "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
    } else {
      authorization = environment["MLFLOW_TRACKING_TOKEN"].map { "Bearer \($0)" }
    }
  }

  var headers: [String: String] { authorization.map { ["Authorization": $0] } ?? [:] }
}

/// The calls of MLflow's REST API.
final class MLflowClient {
  private let server: MLflowServer
  private let http: HTTPConnection

  init(_ server: MLflowServer, options: HTTPConnection.Options = .init()) {
    self.server = server
    http = HTTPConnection(headers: server.headers, options: options)
  }

  /// What the server said when it did not do as asked.
  struct Refusal: Error {
    /// As `RESOURCE_DOES_NOT_EXIST`.
    var code: String
    var message: String
  }

  /// Calls `/api/2.0/mlflow/NAME` with a JSON object and reads what `read` wants of the answer.
  ///
  /// - Throws: ``Refusal`` where the server refuses by its own rules, ``TrackingError`` for everything else.
  func call<Result>(
    _ name: String, isIdempotent: Bool = false, _ body: (inout JSONWriter) -> Void,
    read: (JSONValue) throws -> Result
  ) throws -> Result {
    var writer = JSONWriter()
    writer.object(body)
    let url = server.root.appendingPathComponent("api/2.0/mlflow/\(name)")
    let answer = try http.send("POST", url, body: Data(writer.bytes), isIdempotent: isIdempotent)
    return try understand(answer, of: "POST \(url.absoluteString)", read)
  }

  func call(_ name: String, isIdempotent: Bool = false, _ body: (inout JSONWriter) -> Void) throws {
    try call(name, isIdempotent: isIdempotent, body) { _ in }
  }

  /// As ``call(_:isIdempotent:_:read:)``, by GET.
  func get<Result>(_ name: String, _ query: [String: String], read: (JSONValue) throws -> Result) throws -> Result {
    var url = server.root.appendingPathComponent("api/2.0/mlflow/\(name)")
    url.append(queryItems: query.sorted { $0.key < $1.key }.map { URLQueryItem(name: $0.key, value: $0.value) })
    return try understand(
      try http.send("GET", url, isIdempotent: true), of: "GET \(url.absoluteString)", read)
  }

  /// Stores a file below a run's artifacts, through the server's artifact proxy.
  func upload(_ contents: Data, to path: String) throws {
    let url = server.root.appendingPathComponent("api/2.0/mlflow-artifacts/artifacts/\(path)")
    let answer = try http.send(
      "PUT", url, body: contents, contentType: "application/octet-stream", isIdempotent: true)
    guard (200...299).contains(answer.status) else { throw refusal(answer, "PUT \(url.absoluteString)") }
  }

  private func understand<Result>(
    _ answer: HTTPConnection.Answer, of request: String, _ read: (JSONValue) throws -> Result
  ) throws -> Result {
    guard (200...299).contains(answer.status) else { throw refusal(answer, request) }
    do {
      return try JSONParser().parse(answer.body, read)
    } catch let error as JSONError {
      throw TrackingError.server(
        "\(request): the answer is not what MLflow answers: \(error); is this an MLflow server?")
    }
  }

  private func refusal(_ answer: HTTPConnection.Answer, _ request: String) -> any Error {
    switch answer.status {
    case 401, 403:
      return TrackingError.server(
        "\(request): the server refuses access (\(answer.status)); set MLFLOW_TRACKING_TOKEN, or "
          + "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD")
    case 300...399:
      return TrackingError.server("\(request): the server redirects (\(answer.status)); name its final address")
    default: break
    }
    var refusal = Refusal(code: "", message: "")
    try? JSONParser().parse(answer.body) { root in
      try root.forEachField { name, value in
        switch name {
        case "error_code": refusal.code = try value.string()
        case "message": refusal.message = try value.string()
        default: break
        }
      }
    }
    if !refusal.code.isEmpty, answer.status < 500 { return refusal }
    let text = refusal.message.isEmpty ? String(decoding: answer.body.prefix(300), as: UTF8.self) : refusal.message
    return TrackingError.server("\(request): the server answered \(answer.status): \(text)")
  }
}

extension JSONValue {
  /// The field of an object, as `transform` reads it.
  ///
  /// - Throws: ``JSONError`` when it is not there.
  func field<Result>(_ name: String, _ transform: (JSONValue) throws -> Result) throws -> Result {
    var result: Result?
    try forEachField { key, value in
      guard key == name else { return }
      do {
        result = try transform(value)
      } catch let error as JSONError {
        throw error.within(name)
      }
    }
    guard let result else { throw JSONError(path: name, reason: "is missing") }
    return result
  }

  func text(_ name: String) throws -> String { try field(name) { try $0.string() } }
}
