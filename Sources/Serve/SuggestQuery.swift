import JSON

/// The body of /suggest. Unknown fields are passed over and null counts as absent.
struct SuggestQuery: Equatable, Sendable {
  var userID: String
  var context: String?
  var contextType = "search"
  var limit = 5
  var device = "web"

  static let limits = 1...100
  static let bodyLimit = 16 << 10

  init(userID: String) { self.userID = userID }

  init(json: JSONValue) throws {
    var userID: String?
    var query = SuggestQuery(userID: "")
    try json.forEachField { key, value in
      guard !value.isNull else { return }
      do {
        switch key {
        case "user_id": userID = try value.text(upTo: 256)
        case "context": query.context = try value.string()
        case "context_type": query.contextType = try value.text(upTo: 64)
        case "device": query.device = try value.text(upTo: 64)
        case "limit":
          query.limit = try value.integer()
          guard Self.limits.contains(query.limit) else {
            throw JSONError(reason: "expected a number from 1 to 100, found \(query.limit)")
          }
        default: break
        }
      } catch let error as JSONError {
        throw error.within(key)
      }
    }
    guard let userID else {
      throw JSONError(path: "user_id", reason: "is missing; expected a non-empty string")
    }
    query.userID = userID
    self = query
  }
}

extension JSONValue {
  /// A text that is not empty and not longer than `limit` bytes.
  func text(upTo limit: Int) throws(JSONError) -> String {
    let text = try string()
    guard !text.isEmpty, text.utf8.count <= limit else {
      throw JSONError(reason: "expected a text of 1 to \(limit) bytes, found \(text.utf8.count)")
    }
    return text
  }
}
