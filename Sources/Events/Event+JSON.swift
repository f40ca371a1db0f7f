internal import Files
public import JSON

extension Event {
  /// Reads one event of the wire contract. Unknown fields go to ``attributes``; null counts as absent.
  ///
  /// - Parameter now: the timestamp of an event that has none; nil makes the field required.
  /// - Throws: ``JSONError`` that names the field, what was expected and what was found.
  public init(json: JSONValue, now: Timestamp? = nil) throws {
    var kind: Kind?
    var userID: String?
    var timestamp = now
    var event = Event(kind: .served, userID: "", timestamp: Timestamp(microseconds: 0))
    try json.forEachField { key, value in
      guard !value.isNull else { return }
      do {
        switch key {
        case "event_type": kind = try Self.kind(value)
        case "user_id": userID = try Self.identifier(value)
        case "timestamp": timestamp = try Self.time(value)
        case "event_id": event.id = try Self.identifier(value)
        case "proposition_id": event.propositionID = try Self.identifier(value)
        case "request_id": event.requestID = try Self.identifier(value)
        case "session_id": event.sessionID = try value.string()
        case "device": event.device = try value.string()
        case "context": event.context = try value.string()
        case "context_type": event.contextType = try value.string()
        case "position": event.position = try Self.position(value)
        case "slate": event.slate = try value.map(SlateItem.init(json:))
        case "experiment": event.experiment = try value.string()
        case "variant": event.variant = try value.string()
        case "model": event.model = try value.string()
        default:
          var writer = JSONWriter()
          try writer.value(value)
          event.attributes[key] = writer.text
        }
      } catch let error as JSONError {
        throw error.within(key)
      }
    }
    guard let kind else { throw Self.missing("event_type", "one of \(Self.kindNames)") }
    guard let userID else { throw Self.missing("user_id", "a non-empty string") }
    guard let timestamp else { throw Self.missing("timestamp", "an RFC 3339 time") }
    (event.kind, event.userID, event.timestamp) = (kind, userID, timestamp)
    if kind == .served {
      guard !event.slate.isEmpty else { throw Self.missing("slate", "at least one proposition for a served event") }
      guard Set(event.slate.map(\.propositionID)).count == event.slate.count else {
        throw JSONError(path: "slate", reason: "a proposition stands in it twice")
      }
    } else if event.propositionID == nil {
      throw Self.missing("proposition_id", "a non-empty string for a \(kind) event")
    }
    self = event
  }

  private static let kindNames = Kind.allCases.map(\.rawValue).joined(separator: ", ")

  private static func missing(_ field: String, _ expected: String) -> JSONError {
    JSONError(path: field, reason: "is missing; expected \(expected)")
  }

  private static func kind(_ value: JSONValue) throws -> Kind {
    let name = try value.string()
    guard let kind = Kind(rawValue: name) else {
      throw JSONError(reason: "expected one of \(kindNames), found \"\(name)\"")
    }
    return kind
  }

  static func identifier(_ value: JSONValue) throws(JSONError) -> String {
    let text = try value.string()
    guard !text.isEmpty else { throw JSONError(reason: "expected a non-empty string") }
    // SQLite's texts end at a zero: two ids would become one.
    guard !text.utf8.contains(0) else { throw JSONError(reason: "expected a string without the character U+0000") }
    return text
  }

  private static func time(_ value: JSONValue) throws -> Timestamp {
    let text = try value.string()
    guard let time = Timestamp(text) else {
      throw JSONError(reason: "expected an RFC 3339 time as 2026-11-23T18:12:14Z, found \"\(text)\"")
    }
    return time
  }

  static func position(_ value: JSONValue) throws(JSONError) -> Int {
    let position = try value.integer()
    guard position >= 1 else { throw JSONError(reason: "expected a position from 1, found \(position)") }
    return position
  }
}

extension SlateItem {
  init(json: JSONValue) throws {
    var propositionID: String?
    var item = SlateItem(propositionID: "", position: 0)
    try json.forEachField { key, value in
      guard !value.isNull else { return }
      do {
        switch key {
        case "id": propositionID = try Event.identifier(value)
        case "position": item.position = try Event.position(value)
        case "score": item.score = try value.number()
        case "propensity":
          let propensity = try value.number()
          guard propensity > 0, propensity <= 1 else {
            throw JSONError(reason: "expected a probability above 0 and up to 1, found \(propensity)")
          }
          item.propensity = propensity
        case "features": item.features = try value.map(feature)
        default: break
        }
      } catch let error as JSONError {
        throw error.within(key)
      }
    }
    guard let propositionID else { throw JSONError(path: "id", reason: "is missing; expected a non-empty string") }
    guard item.position >= 1 else {
      throw JSONError(path: "position", reason: "is missing; expected a position from 1")
    }
    item.propositionID = propositionID
    self = item
  }
}

/// A number that stays finite as a Float.
private func feature(_ value: JSONValue) throws(JSONError) -> Float {
  let number = try value.number()
  guard Float(number).isFinite else { throw JSONError(reason: "expected a number in Float's range, found \(number)") }
  return Float(number)
}

// MARK: Writing

extension Event {
  /// Writes the event as one JSON object, fields in the contract's order, attributes last by name.
  public func write(to writer: inout JSONWriter) {
    writer.object { writer in
      func field(_ name: String, _ value: String?, _ writer: inout JSONWriter) {
        guard let value else { return }
        writer.key(name)
        writer.string(value)
      }
      field("event_type", kind.rawValue, &writer)
      field("event_id", id, &writer)
      field("user_id", userID, &writer)
      field("proposition_id", propositionID, &writer)
      field("timestamp", timestamp.description, &writer)
      field("request_id", requestID, &writer)
      field("session_id", sessionID, &writer)
      field("device", device, &writer)
      field("context", context, &writer)
      field("context_type", contextType, &writer)
      if let position {
        writer.key("position")
        writer.integer(position)
      }
      if !slate.isEmpty {
        writer.key("slate")
        writer.array { writer in slate.forEach { $0.write(to: &writer) } }
      }
      field("experiment", experiment, &writer)
      field("variant", variant, &writer)
      field("model", model, &writer)
      for (name, json) in attributes.sorted(by: { $0.key < $1.key }) {
        writer.key(name)
        writer.raw(json)
      }
    }
  }

  /// The event as one line of JSON, without the line end.
  public var json: String {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.text
  }

  /// The idempotency key of an event that brought none: SHA-256 of its own JSON, so that the same content sent twice
  /// is one event.
  public var madeID: String { id ?? "sha256-" + sha256(of: json.utf8).prefix(32) }
}

extension SlateItem {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.key("id")
      writer.string(propositionID)
      writer.key("position")
      writer.integer(position)
      if let score {
        writer.key("score")
        writer.number(score)
      }
      if let propensity {
        writer.key("propensity")
        writer.number(propensity)
      }
      if let features {
        writer.key("features")
        writer.array { writer in features.forEach { writer.number($0) } }
      }
    }
  }
}
