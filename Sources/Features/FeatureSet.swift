public import Events

/// The definition of the features of a model: what `features.yml` says, in order.
///
/// A feature becomes one column of the matrix, or several (a one-hot category, the sine and cosine of an hour).
public struct FeatureSet: Equatable, Sendable {
  public var features: [Feature]

  public init(features: [Feature]) { self.features = features }

  /// The names of the columns, in order.
  ///
  /// - Precondition: the vocabularies are known; see ``resolved(for:)``.
  public var columnNames: [String] { features.flatMap(\.columnNames) }

  /// The kind of each column, in order.
  public var columnKinds: [String] { features.flatMap { feature in feature.columnNames.map { _ in feature.kindName } } }

  /// The columns that hold the position, with the value that a server scores with.
  public var positionColumns: [(column: Int, servingValue: Float)] {
    var columns: [(Int, Float)] = []
    var column = 0
    for feature in features {
      if case .position(let serving, let transform) = feature.definition {
        columns.append((column, transform.apply(Double(serving))))
      }
      column += feature.columnNames.count
    }
    return columns
  }

  /// Which feature each column belongs to.
  public var featureOfColumn: [Int] {
    features.indices.flatMap { index in features[index].columnNames.map { _ in index } }
  }

  /// The same set with every open vocabulary filled in from the catalogue, so that the columns are fixed for good.
  public func resolved(for catalogue: Catalogue) -> FeatureSet {
    var copy = self
    for index in copy.features.indices {
      guard case .category(.proposition(let attribute), .values(nil)) = features[index].definition else { continue }
      let values = Set(catalogue.propositions.compactMap { $0.text(of: attribute) }).sorted()
      copy.features[index].definition = .category(.proposition(attribute), .values(values))
    }
    return copy
  }
}

/// One feature: a name, what it measures, and the words that explain it to a user.
public struct Feature: Equatable, Sendable {
  public var name: String
  public var definition: Definition
  /// What `/suggest` says when this feature speaks most for a proposition.
  public var reason: String?

  public init(_ name: String, _ definition: Definition, reason: String? = nil) {
    self.name = name
    self.definition = definition
    self.reason = reason
  }

  public enum Definition: Equatable, Sendable {
    /// The number of events.
    case count(Aggregate, Transform)
    /// (events + strength · prior) / (over + strength).
    case rate(Aggregate, over: Aggregate, prior: Prior, strength: Double, Transform)
    /// Hours since the last event, at most `cap`; `cap` when there was none.
    case recency(Aggregate, cap: TimeSpan, Transform)
    /// Days since the proposition was created; 0 when that is not known.
    case age(Transform)
    /// A number among the proposition's attributes.
    case numeric(attribute: String, default: Double, Transform)
    case category(Field, Vocabulary)
    /// Sine and cosine of the time of the day in UTC.
    case timeOfDay
    /// One column a weekday in UTC, Monday first.
    case dayOfWeek
    /// The place on the slate: as logged in training, `serving` when serving.
    case position(serving: Int, Transform)
  }

  /// Which events count, for which key, how far back.
  public struct Aggregate: Hashable, Sendable {
    public var events: [Event.Kind]
    /// Up to two dimensions; none counts over everything.
    public var by: [Dimension]
    public var window: TimeSpan
    /// The length of a bucket. An event counts for requests in later buckets only; 0 is every event strictly before.
    public var resolution: TimeSpan

    public init(_ events: [Event.Kind], by: [Dimension], window: TimeSpan = .all, resolution: TimeSpan = .hours(1)) {
      self.events = events
      self.by = by
      self.window = window
      self.resolution = resolution
    }
  }

  public enum Dimension: String, CaseIterable, Sendable {
    case user, proposition, category
    case contextType = "context_type"
    case device
  }

  /// What a rate is drawn towards where little is known.
  public enum Prior: Equatable, Sendable {
    /// The same rate over everything, as of the same bucket: (events + 1) / (over + 20).
    case global
    case constant(Double)
  }

  public enum Field: Equatable, Sendable {
    case device, contextType
    /// `category`, or a text among the proposition's attributes.
    case proposition(String)
  }

  public enum Vocabulary: Equatable, Sendable {
    /// One column a value; nil takes them from the catalogue. Another value has 0 in all columns.
    case values([String]?)
    /// As many columns, the value's chosen by its hash.
    case hashed(Int)
  }

  public enum Transform: String, CaseIterable, Sendable {
    case none, log, log1p, logit, sqrt
  }
}

extension Feature {
  public var columnNames: [String] {
    switch definition {
    case .count, .rate, .recency, .age, .numeric, .position: [name]
    case .timeOfDay: ["\(name)=sin", "\(name)=cos"]
    case .dayOfWeek: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map { "\(name)=\($0)" }
    case .category(_, .values(let values)): (values ?? []).map { "\(name)=\($0)" }
    case .category(_, .hashed(let count)): (0..<count).map { "\(name)=#\($0)" }
    }
  }

  /// The name of the kind in the file.
  public var kindName: String {
    switch definition {
    case .count: "count"
    case .rate: "rate"
    case .recency: "recency"
    case .age: "age"
    case .numeric: "numeric"
    case .category: "category"
    case .timeOfDay: "time_of_day"
    case .dayOfWeek: "day_of_week"
    case .position: "position"
    }
  }

  /// What a user reads when this feature speaks most for a proposition.
  public var reasonText: String {
    if let reason { return reason }
    return switch definition {
    case .count(let aggregate, _), .rate(let aggregate, _, _, _, _):
      aggregate.by.contains(.user) ? "Matches what you chose before" : "Chosen by many"
    case .recency(let aggregate, _, _): aggregate.by.contains(.user) ? "You were here recently" : "Chosen recently"
    case .age: "New"
    case .category(.proposition, _), .numeric: "Of a kind that is often chosen"
    case .category, .timeOfDay, .dayOfWeek: "Fits the moment"
    case .position: "Shown first"
    }
  }
}

extension Proposition {
  /// The category, or a text among the attributes.
  func text(of attribute: String) -> String? {
    if attribute == "category" { return category }
    guard case .text(let text)? = attributes[attribute] else { return nil }
    return text
  }
}
