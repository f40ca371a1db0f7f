import Events
import HummingbirdCore

/// The parameters of `GET /events`.
struct EventQuery: Sendable {
  var filter = SQLiteEventLog.Filter()
  var cursor: Int64 = 0
  var limit = 100

  /// - Throws: ``Problem`` that names the parameter.
  init(_ parameters: FlatDictionary<Substring, Substring>) throws(Problem) {
    for (name, value) in parameters {
      let name = String(name)
      let value = String(value)
      switch name {
      case "user_id": filter.userID = value
      case "request_id": filter.requestID = value
      case "event_type":
        let kinds = Event.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        filter.kind = try Self.read(name, value, "one of \(kinds)", Event.Kind.init(rawValue:))
      case "since": filter.since = try Self.time(name, value)
      case "until": filter.until = try Self.time(name, value)
      case "after":
        cursor = try Self.read(name, value, "the \"next\" of an earlier page") {
          Int64($0).flatMap { $0 >= 0 ? $0 : nil }
        }
      case "limit":
        limit = try Self.read(name, value, "a number from 1 to 1000") { text in
          Int(text).flatMap { EventRoutes.pageSizes.contains($0) ? $0 : nil }
        }
      default: break
      }
    }
  }

  private static func time(_ name: String, _ value: String) throws(Problem) -> Timestamp {
    try read(name, value, "an RFC 3339 time as 2026-11-23T18:12:14Z", Timestamp.init(_:))
  }

  private static func read<Value>(
    _ name: String, _ value: String, _ expected: String, _ read: (String) -> Value?
  ) throws(Problem) -> Value {
    guard let result = read(value) else { throw .badRequest(name, "expected \(expected), found \"\(value)\"") }
    return result
  }
}
