import Foundation
import HTTPTypes
import Testing
import Yams

/// docs/openapi.yaml, and what in an answer it does not allow.
///
/// Unchecked: the document is never changed.
struct Contract: @unchecked Sendable {
  struct Undocumented: Error { let place: String }

  private let root: [String: Any]

  init() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../docs/openapi.yaml").standardizedFileURL
    root = try #require(try Yams.load(yaml: String(contentsOf: file, encoding: .utf8)) as? [String: Any])
  }

  var paths: [String] { Array(mapping(root["paths"]).keys) }

  /// Each documented answer as `get /health 200`; a method of a path stands for all others with its 405.
  var places: Set<String> {
    var places: Set<String> = []
    for (path, item) in mapping(root["paths"]) {
      for (method, operation) in mapping(item) {
        for status in mapping(mapping(operation)["responses"]).keys { places.insert("\(method) \(path) \(status)") }
      }
    }
    return places
  }

  /// Expects the answer to be documented and to be as documented; returns its place.
  func check(_ answer: Answer, path: String, method: HTTPRequest.Method) throws -> String {
    let item = mapping(mapping(root["paths"])[path])
    let name = answer.status == 405 ? item.keys.first ?? "" : method.rawValue.lowercased()
    let place = "\(name) \(path) \(answer.status)"
    let responses = mapping(mapping(item[name])["responses"])
    guard let response = responses["\(answer.status)"] else { throw Undocumented(place: place) }
    let documented = mapping(resolved(response))
    for (header, rule) in mapping(documented["headers"]) where mapping(rule)["required"] as? Bool == true {
      #expect(answer.headers[header.lowercased()] != nil, "\(place): \(header)")
    }
    let content = mapping(documented["content"])
    let type = answer.headers["content-type"].map { String($0.prefix { $0 != ";" }) } ?? "none"
    let schema = try #require(mapping(content[type])["schema"], "\(place): \(type)")
    let body: Any =
      type == "application/json" ? try JSONSerialization.jsonObject(with: Data(answer.text.utf8)) : answer.text
    #expect(violations(schema, body, at: place) == [])
    return place
  }

  func violations(of schema: String, in value: Any) -> [String] {
    violations(["$ref": "#/components/schemas/\(schema)"], value, at: schema)
  }

  private func violations(_ schema: Any, _ value: Any, at place: String) -> [String] {
    let schema = mapping(resolved(schema))
    var found: [String] = []
    let types = schema["type"] as? [String] ?? (schema["type"] as? String).map { [$0] } ?? []
    if !types.isEmpty, !types.contains(where: { Self.value(value, is: $0) }) {
      return ["\(place): expected \(types.joined(separator: " or ")), found \(value)"]
    }
    if let allowed = schema["enum"] as? [String], !allowed.contains("\(value)") { found.append("\(place): \(value)") }
    if let number = (value as? NSNumber)?.doubleValue, !(value is String) {
      if let low = Self.number(schema["minimum"]), number < low { found.append("\(place): \(number) < \(low)") }
      if let high = Self.number(schema["maximum"]), number > high { found.append("\(place): \(number) > \(high)") }
    }
    if let text = value as? String, let pattern = schema["pattern"] as? String,
      text.range(of: pattern, options: .regularExpression) == nil
    {
      found.append("\(place): \(text) is not \(pattern)")
    }
    if let object = value as? [String: Any] {
      let properties = mapping(schema["properties"])
      for name in schema["required"] as? [String] ?? [] where object[name] == nil {
        found.append("\(place): lacks \(name)")
      }
      for (name, field) in object {
        if let rule = properties[name] {
          found += violations(rule, field, at: "\(place).\(name)")
        } else if schema["additionalProperties"] as? Bool == false {
          found.append("\(place): has an undocumented field \(name)")
        }
      }
    }
    if let list = value as? [Any], let items = schema["items"] {
      for (index, item) in list.enumerated() { found += violations(items, item, at: "\(place)[\(index)]") }
    }
    return found
  }

  private static func value(_ value: Any, is type: String) -> Bool {
    let isBool = (value as? NSNumber).map(Self.isBool) ?? false
    return switch type {
    case "object": value is [String: Any]
    case "array": value is [Any]
    case "string": value is String
    case "null": value is NSNull
    case "boolean": isBool
    case "integer": !isBool && (value as? NSNumber).map { $0.doubleValue == $0.doubleValue.rounded() } ?? false
    case "number": !isBool && value is NSNumber
    default: false
    }
  }

  private static func isBool(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }

  private static func number(_ value: Any?) -> Double? { value as? Double ?? (value as? Int).map(Double.init) }

  private func resolved(_ value: Any) -> Any {
    guard let reference = mapping(value)["$ref"] as? String else { return value }
    return reference.split(separator: "/").dropFirst().reduce(root as Any) { mapping($0)[String($1)] ?? [:] }
  }
}

private func mapping(_ value: Any?) -> [String: Any] { value as? [String: Any] ?? [:] }
