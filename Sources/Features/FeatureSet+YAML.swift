internal import Events
internal import Foundation
public import YAML

extension FeatureSet {
  /// Reads a `features.yml`.
  ///
  /// - Throws: ``YAMLError`` that names file, line and field.
  public init(contentsOf path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw YAMLError(file: path, line: 1, reason: "cannot be read; expected a feature set (see docs/features.md)")
    }
    try self.init(yaml: String(decoding: data, as: UTF8.self), file: path)
  }

  /// Reads the text of a `features.yml`; `file` is the name that errors give.
  public init(yaml text: String, file: String) throws(YAMLError) {
    let root = try YAMLValue(text: text, file: file)
    try root.expectKeys(["version", "resolution", "features"])
    let version = try root.required("version").integer()
    guard version == 1 else { throw try root.required("version").error("expected 1, found \(version)") }
    let resolution = try root.field("resolution")?.timeSpan() ?? .hours(1)
    var features: [Feature] = []
    for item in try root.required("features").list() {
      let feature = try Feature(yaml: item, defaultResolution: resolution)
      guard !features.contains(where: { $0.name == feature.name }) else {
        throw item.labelled("").error("the name \"\(feature.name)\" stands there twice")
      }
      features.append(feature)
    }
    guard !features.isEmpty else { throw try root.required("features").error("needs at least one feature") }
    self.init(features: features)
  }
}

extension Feature {
  private enum Kind: String, CaseIterable {
    case count, rate, recency, age, numeric, category
    case timeOfDay = "time_of_day"
    case dayOfWeek = "day_of_week"
    case position

    var fields: [String] {
      switch self {
      case .count: ["events", "by", "window", "resolution", "transform"]
      case .rate: ["events", "over", "by", "window", "resolution", "prior", "strength", "transform"]
      case .recency: ["events", "by", "resolution", "cap", "transform"]
      case .age: ["transform"]
      case .numeric: ["attribute", "default", "transform"]
      case .category: ["field", "values", "buckets"]
      case .timeOfDay, .dayOfWeek: []
      case .position: ["serving", "transform"]
      }
    }
  }

  fileprivate init(yaml item: YAMLValue, defaultResolution: TimeSpan) throws(YAMLError) {
    let name = try item.labelled("feature").required("name").string()
    let item = item.labelled("feature \"\(name)\"")
    let kind = try item.required("kind").choice(Kind.self)
    try item.expectKeys(["name", "kind", "reason"] + kind.fields)

    func transform(_ standard: Transform) throws(YAMLError) -> Transform {
      try item.field("transform")?.choice() ?? standard
    }
    func aggregate(_ field: String, window: TimeSpan) throws(YAMLError) -> Aggregate {
      try Aggregate(yaml: item, events: item.required(field), window: window, defaultResolution: defaultResolution)
    }

    let definition: Definition
    switch kind {
    case .count:
      definition = .count(
        try aggregate("events", window: item.field("window")?.timeSpan() ?? .all), try transform(.log1p))
    case .rate:
      let window = try item.field("window")?.timeSpan() ?? .all
      let strength = try item.field("strength")?.number() ?? 20
      guard strength > 0 else { throw try item.required("strength").error("expected a number above 0") }
      definition = .rate(
        try aggregate("events", window: window), over: try aggregate("over", window: window),
        prior: try Prior(yaml: item.field("prior")), strength: strength, try transform(.logit))
    case .recency:
      let cap = try item.field("cap")?.timeSpan() ?? .days(30)
      guard let length = cap.microseconds, length > 0 else {
        throw try item.required("cap").error("expected a length of time above 0 with an end")
      }
      definition = .recency(try aggregate("events", window: .all), cap: cap, try transform(.log1p))
    case .age: definition = .age(try transform(.log1p))
    case .numeric:
      definition = .numeric(
        attribute: try item.required("attribute").string(), default: try item.field("default")?.number() ?? 0,
        try transform(.none))
    case .category: definition = try Self.category(yaml: item)
    case .timeOfDay: definition = .timeOfDay
    case .dayOfWeek: definition = .dayOfWeek
    case .position:
      let serving = try item.field("serving")?.integer() ?? 1
      guard serving >= 1 else { throw try item.required("serving").error("expected a position from 1") }
      definition = .position(serving: serving, try transform(.log))
    }
    self.init(name, definition, reason: try item.field("reason")?.string())
  }

  private static func category(yaml item: YAMLValue) throws(YAMLError) -> Definition {
    let field: Field
    switch try item.required("field").string() {
    case "device": field = .device
    case "context_type": field = .contextType
    case let name where name.hasPrefix("proposition."): field = .proposition(String(name.dropFirst(12)))
    case let name:
      throw try item.required("field").error(
        "expected device, context_type, proposition.category or proposition.ATTRIBUTE, found \"\(name)\"")
    }
    if let buckets = item.field("buckets") {
      guard item.field("values") == nil else { throw item.error("takes values or buckets, not both") }
      let count = try buckets.integer()
      guard (2...65_536).contains(count) else { throw buckets.error("expected 2 to 65536, found \(count)") }
      return .category(field, .hashed(count))
    }
    let values = try item.field("values")?.strings()
    guard values.map({ !$0.isEmpty && Set($0).count == $0.count }) ?? true else {
      throw try item.required("values").error("expected at least one value, each once")
    }
    if case .proposition = field { return .category(field, .values(values)) }
    guard let values else {
      throw item.error("needs values: [...] or buckets: N, for only a proposition's values stand in the catalogue")
    }
    return .category(field, .values(values))
  }
}

extension Feature.Aggregate {
  fileprivate init(
    yaml item: YAMLValue, events: YAMLValue, window: TimeSpan, defaultResolution: TimeSpan
  ) throws(YAMLError) {
    var kinds: [Event.Kind] = []
    for event in events.list() { kinds.append(try event.choice()) }
    guard !kinds.isEmpty else { throw events.error("needs at least one kind of event") }
    var by: [Feature.Dimension] = []
    for dimension in item.field("by")?.list() ?? [] { by.append(try dimension.choice()) }
    guard by.count <= 2, Set(by).count == by.count else {
      throw try item.required("by").error("expected at most two different dimensions")
    }
    let resolution = try item.field("resolution")?.timeSpan() ?? defaultResolution
    guard let length = resolution.microseconds else {
      throw try item.required("resolution").error("expected a length of time with an end")
    }
    if length == 0, by != [.user] {
      throw item.error("resolution 0s is for features by: [user] alone; a server keeps only those current")
    }
    if window.microseconds == 0 { throw item.error("the window 0s is empty; expected a longer one, or all") }
    if let end = window.microseconds, length > 0, end % length != 0 {
      throw item.error("the window \(window) is not a multiple of the resolution \(resolution)")
    }
    self.init(kinds, by: by, window: window, resolution: resolution)
  }
}

extension Feature.Prior {
  fileprivate init(yaml: YAMLValue?) throws(YAMLError) {
    guard let yaml, try yaml.string() != "global" else {
      self = .global
      return
    }
    let value = try yaml.number()
    guard value > 0, value < 1 else { throw yaml.error("expected global or a rate between 0 and 1") }
    self = .constant(value)
  }
}

// MARK: Writing

extension FeatureSet {
  /// The file that reads back as this set; the same set gives the same bytes.
  public var yaml: String {
    "version: 1\nfeatures:\n" + features.map { "  - {\($0.yamlFields)}\n" }.joined()
  }
}

extension Feature {
  fileprivate var yamlFields: String {
    var fields: [(String, String)] = [("name", yamlQuoted(name)), ("kind", kindName)]
    func add(_ aggregate: Aggregate, as name: String) {
      fields.append((name, "[\(aggregate.events.map(\.rawValue).joined(separator: ", "))]"))
    }
    func addKey(_ aggregate: Aggregate) {
      fields.append(("by", "[\(aggregate.by.map(\.rawValue).joined(separator: ", "))]"))
      fields.append(("resolution", "\(aggregate.resolution)"))
    }
    var transform: Transform?
    switch definition {
    case .count(let aggregate, let shape):
      add(aggregate, as: "events")
      addKey(aggregate)
      fields.append(("window", "\(aggregate.window)"))
      transform = shape
    case .rate(let events, let over, let prior, let strength, let shape):
      add(events, as: "events")
      add(over, as: "over")
      addKey(events)
      fields.append(("window", "\(events.window)"))
      if case .constant(let rate) = prior { fields.append(("prior", "\(rate)")) }
      fields.append(("strength", "\(strength)"))
      transform = shape
    case .recency(let aggregate, let cap, let shape):
      add(aggregate, as: "events")
      addKey(aggregate)
      fields.append(("cap", "\(cap)"))
      transform = shape
    case .age(let shape): transform = shape
    case .numeric(let attribute, let standard, let shape):
      fields += [("attribute", yamlQuoted(attribute)), ("default", "\(standard)")]
      transform = shape
    case .category(let field, let vocabulary):
      switch field {
      case .device: fields.append(("field", "device"))
      case .contextType: fields.append(("field", "context_type"))
      case .proposition(let attribute): fields.append(("field", yamlQuoted("proposition.\(attribute)")))
      }
      switch vocabulary {
      case .hashed(let count): fields.append(("buckets", "\(count)"))
      case .values(let values?):
        fields.append(("values", "[\(values.map(yamlQuoted).joined(separator: ", "))]"))
      case .values(nil): break
      }
    case .timeOfDay, .dayOfWeek: break
    case .position(let serving, let shape):
      fields.append(("serving", "\(serving)"))
      transform = shape
    }
    if let transform { fields.append(("transform", transform.rawValue)) }
    if let reason { fields.append(("reason", yamlQuoted(reason))) }
    return fields.map { "\($0): \($1)" }.joined(separator: ", ")
  }
}
