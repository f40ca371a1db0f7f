public import Features

/// What `dataset.json` says of a dataset.
public struct DatasetDescription: Codable, Equatable, Sendable {
  public struct Column: Codable, Equatable, Sendable {
    public var name: String
    public var kind: String

    public init(name: String, kind: String) {
      self.name = name
      self.kind = kind
    }
  }

  /// What makes a row positive.
  public struct LabelRule: Codable, Equatable, Sendable {
    /// The events that count, on the same request and proposition.
    public var positive: [String]
    /// How long after the request they count.
    public var attributionSeconds: Int

    enum CodingKeys: String, CodingKey {
      case positive
      case attributionSeconds = "attribution_seconds"
    }
  }

  public struct SplitRule: Codable, Equatable, Sendable {
    public var rule: SplitRuleName
    public var seed: UInt64
    /// For a split by time: the first request of validation and of test, counted from 0 over the whole log.
    public var boundaries: [Int]?
  }

  public struct Part: Codable, Equatable, Sendable {
    public var rows: Int
    public var positives: Int
    public var requests: Int
  }

  public struct Source: Codable, Equatable, Sendable {
    public var name: String
    public var sha256: String?
  }

  /// A column whose value when serving is not the logged one.
  public struct ServingValue: Codable, Equatable, Sendable {
    public var column: Int
    public var value: Float

    public init(column: Int, value: Float) {
      self.column = column
      self.value = value
    }
  }

  public static let currentVersion = 1

  public var schemaVersion = Self.currentVersion
  public var features: [Column]
  /// The columns of a sparse dataset, which are numbered in place of named: `features` is empty then.
  public var sparse: SparseColumns?
  public var label: LabelRule?
  public var split: SplitRule
  public var parts: [String: Part]
  public var sources: [Source]
  public var featureSetSHA256: String?
  public var servingValues: [ServingValue]
  /// What the codes of `category.npy`, `device.npy` and `context_type.npy` stand for: code c is the name at index c.
  public var codes: [String: [String]]?
  /// SHA-256 of each array file by its path in the dataset.
  public var files: [String: String]

  enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
    case features, sparse, label, split, parts, sources, files, codes
    case featureSetSHA256 = "feature_set_sha256"
    case servingValues = "serving_values"
  }
}

/// How rows are divided 80/10/10 into train, validation and test; never the same request on two sides.
public enum SplitRuleName: String, Codable, CaseIterable, Sendable {
  /// The first 80 % of the requests in time order, the next 10 %, the last 10 %.
  case time
  /// By request at random.
  case request
  /// By user at random: all of a user's requests on one side.
  case user
  /// Everything is train.
  case none
}

/// The side of a split.
public enum SplitName: String, Codable, CaseIterable, Sendable {
  case train, validation, test
}
