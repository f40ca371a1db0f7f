public import JSON

/// An entry of the catalogue: something that can be proposed to a user.
public struct Proposition: Equatable, Sendable {
  public var id: String
  public var title: String
  public var category: String?
  public var createdAt: Timestamp?
  /// The numbers and texts of the `attributes` object; other values are not kept.
  public var attributes: [String: Attribute]

  public enum Attribute: Equatable, Sendable {
    case number(Double)
    case text(String)
  }

  public init(
    id: String, title: String, category: String? = nil, createdAt: Timestamp? = nil,
    attributes: [String: Attribute] = [:]
  ) {
    self.id = id
    self.title = title
    self.category = category
    self.createdAt = createdAt
    self.attributes = attributes
  }
}

extension Proposition {
  /// Reads one line of a catalogue; `title` defaults to the id.
  public init(json: JSONValue) throws {
    var id: String?
    var title: String?
    var proposition = Proposition(id: "", title: "")
    try json.forEachField { key, value in
      guard !value.isNull else { return }
      do {
        switch key {
        case "id": id = try Event.identifier(value)
        case "title": title = try value.string()
        case "category": proposition.category = try value.string()
        case "created_at":
          let text = try value.string()
          guard let time = Timestamp(text) else {
            throw JSONError(reason: "expected an RFC 3339 time, found \"\(text)\"")
          }
          proposition.createdAt = time
        case "attributes": proposition.attributes = try Self.attributes(value)
        default: break
        }
      } catch let error as JSONError {
        throw error.within(key)
      }
    }
    guard let id else { throw JSONError(path: "id", reason: "is missing; expected a non-empty string") }
    proposition.id = id
    proposition.title = title ?? id
    self = proposition
  }

  public func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.key("id")
      writer.string(id)
      writer.key("title")
      writer.string(title)
      if let category {
        writer.key("category")
        writer.string(category)
      }
      if let createdAt {
        writer.key("created_at")
        writer.string(createdAt.description)
      }
      guard !attributes.isEmpty else { return }
      writer.key("attributes")
      writer.object { writer in
        for (name, attribute) in attributes.sorted(by: { $0.key < $1.key }) {
          writer.key(name)
          switch attribute {
          case .number(let number): writer.number(number)
          case .text(let text): writer.string(text)
          }
        }
      }
    }
  }

  private static func attributes(_ value: JSONValue) throws -> [String: Attribute] {
    var attributes: [String: Attribute] = [:]
    try value.forEachField { key, value in
      switch value.kind {
      case .integer, .unsigned, .double: attributes[key] = .number(try value.number())
      case .string: attributes[key] = .text(try value.string())
      default: break
      }
    }
    return attributes
  }
}
