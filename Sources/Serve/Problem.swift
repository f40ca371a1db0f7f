import HTTPTypes
import Hummingbird
import JSON

/// Why a request was not answered, as every error of this API looks: `{"error":{"field":…,"message":…}}`.
struct Problem: Error, Equatable {
  var status: HTTPResponse.Status
  /// The field, parameter or place in the body that is to blame; nil when it is the request as a whole.
  var field: String?
  var message: String
  var headers: HTTPFields = [:]

  static func badRequest(_ field: String?, _ message: String) -> Problem {
    Problem(status: .badRequest, field: field, message: message)
  }

  /// 503 with the advice to come again in a second.
  static func unavailable(_ message: String) -> Problem {
    Problem(status: .serviceUnavailable, message: message, headers: [.retryAfter: "1"])
  }

  init(status: HTTPResponse.Status, field: String? = nil, message: String, headers: HTTPFields = [:]) {
    self.status = status
    self.field = field
    self.message = message
    self.headers = headers
  }

  init(_ error: JSONError) {
    self = .badRequest(error.path.isEmpty ? nil : error.path, error.reason)
  }

  var response: Response {
    var response = Response(status: status) { body in
      body.key("error")
      body.object { error in
        error.key("field")
        error.string(orNull: field)
        error.key("message")
        error.string(message)
      }
    }
    for header in headers { response.headers[header.name] = header.value }
    return response
  }
}

extension Response {
  /// A JSON object.
  init(status: HTTPResponse.Status = .ok, json fields: (inout JSONWriter) -> Void) {
    var writer = JSONWriter()
    writer.object(fields)
    self.init(
      status: status, headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: writer.bytes)))
  }
}

extension JSONWriter {
  mutating func string(orNull value: String?) {
    if let value { string(value) } else { null() }
  }

  mutating func field(_ name: String, _ value: String?) {
    key(name)
    string(orNull: value)
  }
}

extension Request {
  /// Reads the body as one JSON document, whatever its content type says.
  ///
  /// - Throws: ``Problem`` with 400, or Hummingbird's error for a body over `limit` bytes.
  func json<Result>(upTo limit: Int, _ read: (JSONValue) throws -> Result) async throws -> Result {
    let body = try await body.collect(upTo: limit)
    do {
      return try body.withUnsafeReadableBytes { try JSONParser().parse($0, padded: false, read) }
    } catch let error as JSONError {
      throw Problem(error)
    }
  }
}
