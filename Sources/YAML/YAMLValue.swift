internal import Yams

/// A place in a YAML file, read with errors that name file, line and field.
public struct YAMLValue {
  private let node: Node
  private let file: String
  /// How a person would call this place, as `feature "ctr"`.
  private var label: String

  /// Parses a text. `file` is the name that errors give.
  public init(text: String, file: String) throws(YAMLError) {
    do {
      guard let node = try Yams.compose(yaml: text) else {
        throw YAMLError(file: file, line: 1, reason: "is empty")
      }
      self.init(node: node, file: file, label: "")
    } catch let error as YAMLError {
      throw error
    } catch let error as YamlError {
      throw YAMLError(file: file, line: Self.line(of: error), reason: Self.problem(of: error))
    } catch {
      throw YAMLError(file: file, line: 1, reason: "\(error)")
    }
  }

  private init(node: Node, file: String, label: String) {
    self.node = node
    self.file = file
    self.label = label
  }

  /// The same place under another name for errors.
  public func labelled(_ label: String) -> YAMLValue { YAMLValue(node: node, file: file, label: label) }

  /// An error at this place.
  public func error(_ reason: String) -> YAMLError {
    YAMLError(file: file, line: node.mark?.line ?? 1, reason: label.isEmpty ? reason : "\(label): \(reason)")
  }

  /// Throws when this is not a mapping or holds a key that is not among `known`.
  public func expectKeys(_ known: [String]) throws(YAMLError) {
    guard case .mapping(let mapping) = node else { throw error("expected fields (key: value)") }
    for (key, _) in mapping {
      let name = key.string ?? ""
      guard known.contains(name) else {
        throw YAMLValue(node: key, file: file, label: label).error(
          "unknown field \"\(name)\"; expected one of \(known.joined(separator: ", "))")
      }
    }
  }

  /// The field of that name; nil when absent or null.
  public func field(_ name: String) -> YAMLValue? {
    guard let value = node.mapping?[name], value.null == nil else { return nil }
    return YAMLValue(node: value, file: file, label: label.isEmpty ? name : "\(label): \(name)")
  }

  /// The field of that name, or an error at this place.
  public func required(_ name: String) throws(YAMLError) -> YAMLValue {
    guard let value = field(name) else { throw error("needs the field \"\(name)\"") }
    return value
  }

  public func string() throws(YAMLError) -> String {
    guard case .scalar(let scalar) = node else { throw error("expected a text") }
    return scalar.string
  }

  public func number() throws(YAMLError) -> Double {
    guard let number = Double(try string()), number.isFinite else {
      throw error("expected a number, found \"\(try string())\"")
    }
    return number
  }

  public func integer() throws(YAMLError) -> Int {
    guard let integer = Int(try string()) else { throw error("expected a whole number, found \"\(try string())\"") }
    return integer
  }

  /// The items of a list, or the single item that stands there without one.
  public func list() -> [YAMLValue] {
    guard case .sequence(let sequence) = node else { return [self] }
    return sequence.map { YAMLValue(node: $0, file: file, label: label) }
  }

  public func strings() throws(YAMLError) -> [String] {
    var strings: [String] = []
    for item in list() { strings.append(try item.string()) }
    return strings
  }

  /// One of the cases of an enumeration, by its raw value.
  public func choice<Choice: RawRepresentable & CaseIterable>(_: Choice.Type = Choice.self) throws(YAMLError) -> Choice
  where Choice.RawValue == String {
    let text = try string()
    guard let choice = Choice(rawValue: text) else {
      let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw error("expected one of \(names), found \"\(text)\"")
    }
    return choice
  }

  private static func line(of error: YamlError) -> Int {
    switch error {
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
    case .reader(_, let offset?, _, let yaml): 1 + yaml.prefix(offset).count(where: \.isNewline)
    case .duplicatedKeysInMapping(_, let context): context.mark.line
    default: 1
    }
  }

  private static func problem(of error: YamlError) -> String {
    switch error {
    case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _),
      .reader(let problem, _, _, _):
      "not YAML: \(problem)"
    case .duplicatedKeysInMapping(let names, _): "the field \"\(names.first ?? "")\" stands there twice"
    default: "not YAML: \(error)"
    }
  }
}

/// A YAML file that is not what it should be.
public struct YAMLError: Error, Equatable, CustomStringConvertible {
  public let file: String
  public let line: Int
  public let reason: String

  public init(file: String, line: Int, reason: String) {
    self.file = file
    self.line = line
    self.reason = reason
  }

  public var description: String { "\(file):\(line): \(reason)" }
}

/// A text as a YAML scalar: quoted always, so that `no` and `1.0` stay texts, and with an escape for whatever YAML would
/// refuse or fold.
public func yamlQuoted(_ text: String) -> String {
  var quoted = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": quoted += "\\\""
    case "\\": quoted += "\\\\"
    case "\n": quoted += "\\n"
    case " "..."~", "\u{a1}"..."\u{2027}", "\u{202a}"..."\u{d7ff}", "\u{e000}"..."\u{fefe}", "\u{ff00}"..."\u{fffd}",
      "\u{10000}"...:
      quoted.unicodeScalars.append(scalar)
    default:
      let digits = String(scalar.value, radix: 16)
      quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }
  return quoted + "\""
}
