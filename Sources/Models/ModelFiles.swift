public import Features

/// `model.json`: coefficients of the scaled features, in log-odds.
public struct LinearModel: Codable, Equatable, Sendable {
  public var features: [String]
  public var coefficients: [Double]
  public var intercept: Double
  /// The columns of a model of sparse rows: `features` are then numbers of columns, ascending, and a column that is not
  /// among them has coefficient 0. nil for a model of named features.
  public var sparse: SparseColumns?
  /// nil where the fit was not asked for them.
  public var standardErrors: StandardErrors?

  public init(
    features: [String], coefficients: [Double], intercept: Double, sparse: SparseColumns? = nil,
    standardErrors: StandardErrors? = nil
  ) {
    self.sparse = sparse
    self.features = features
    self.coefficients = coefficients
    self.intercept = intercept
    self.standardErrors = standardErrors
  }

  /// How sure coefficients are: one standard error each, at least 0.
  public struct StandardErrors: Codable, Equatable, Sendable {
    /// What they take for granted: `hessian` (independent rows) or `request` (independent requests).
    public var kind: String
    /// In the order of the coefficients.
    public var coefficients: [Double]
    public var intercept: Double

    public init(kind: String, coefficients: [Double], intercept: Double) {
      self.kind = kind
      self.coefficients = coefficients
      self.intercept = intercept
    }
  }

  enum CodingKeys: String, CodingKey {
    case features, coefficients, intercept, sparse
    case standardErrors = "standard_errors"
  }
}

/// `scaler.json`: a scaled feature is (x − mean) / scale. Of a model of sparse rows, all means are 0, and features that
/// are not listed have scale 1.
public struct FeatureScaling: Codable, Equatable, Sendable {
  public var features: [String]
  public var mean: [Double]
  public var scale: [Double]

  public init(features: [String], mean: [Double], scale: [Double]) {
    self.features = features
    self.mean = mean
    self.scale = scale
  }
}

/// A metric with its interval, where one was computed.
public struct MetricValue: Codable, Equatable, Sendable {
  public var value: Double
  public var low: Double?
  public var high: Double?

  public init(value: Double, low: Double? = nil, high: Double? = nil) {
    self.value = value
    self.low = low
    self.high = high
  }
}

/// `metrics.json`: by side of the split, by name.
public typealias ModelMetrics = [String: [String: MetricValue]]

/// `manifest.json`: what the artifact is made of, and from what.
public struct ModelManifest: Codable, Equatable, Sendable {
  public static let currentFormat = 1

  public var formatVersion = Self.currentFormat
  /// SHA-256 of each file of the artifact by name.
  public var files: [String: String]
  public var dataset: DatasetReference
  public var parameters: [String: Parameter]
  public var seed: UInt64
  public var toolVersion: String

  public init(
    files: [String: String], dataset: DatasetReference, parameters: [String: Parameter], seed: UInt64,
    toolVersion: String
  ) {
    self.files = files
    self.dataset = dataset
    self.parameters = parameters
    self.seed = seed
    self.toolVersion = toolVersion
  }

  public struct DatasetReference: Codable, Equatable, Sendable {
    public var name: String
    public var fingerprint: String
    public var rows: Int

    public init(name: String, fingerprint: String, rows: Int) {
      self.name = name
      self.fingerprint = fingerprint
      self.rows = rows
    }
  }

  /// A number or a text, written as what it is.
  public enum Parameter: Codable, Equatable, Sendable, CustomStringConvertible {
    case number(Double)
    case text(String)

    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .text(try container.decode(String.self))
      }
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .number(let number): try container.encode(number)
      case .text(let text): try container.encode(text)
      }
    }

    public var description: String {
      switch self {
      case .number(let number): "\(number)"
      case .text(let text): text
      }
    }
  }

  enum CodingKeys: String, CodingKey {
    case files, dataset, parameters, seed
    case formatVersion = "format_version"
    case toolVersion = "tool_version"
  }
}
