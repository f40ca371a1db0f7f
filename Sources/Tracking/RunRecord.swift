public import Foundation
public import Models

/// `run.json`: what was tried, on what, and what came of it.
public struct RunRecord: Codable, Equatable, Sendable {
  public static let currentFormat = 1

  public enum Status: String, Codable, Sendable {
    /// Its command has not ended, or was killed; ``RunFolder/isInterrupted`` tells which.
    case running
    case done
    case failed
  }

  public var formatVersion = Self.currentFormat
  /// The run's own name, which its folder bears.
  public var name: String
  /// `fit` or `eval`.
  public var command: String
  /// The words after `train` on the command line.
  public var arguments: [String]
  public var status = Status.running
  /// Why it failed, in the words that the command printed.
  public var error: String?
  public var started: Date
  /// nil while it is running.
  public var ended: Date?
  public var toolVersion: String
  /// nil outside a git repository, or where git did not answer.
  public var git: GitRevision?
  public var dataset: DatasetReference
  /// What was fitted or evaluated; nil where there is no such model (yet).
  public var model: ModelReference?
  public var parameters: [String: ModelManifest.Parameter]
  /// The final figures, as `validation/auc`.
  public var metrics: [String: MetricValue] = [:]
  public var artifacts: [Artifact] = []
  /// Where it was sent to.
  public var mlflow: [MLflowReference] = []

  public init(
    name: String, command: String, arguments: [String], started: Date, toolVersion: String, dataset: DatasetReference,
    model: ModelReference?, parameters: [String: ModelManifest.Parameter]
  ) {
    self.name = name
    self.command = command
    self.arguments = arguments
    self.started = started
    self.toolVersion = toolVersion
    self.dataset = dataset
    self.model = model
    self.parameters = parameters
  }

  /// How long it took; nil while it is running.
  public var seconds: Double? { ended.map { $0.timeIntervalSince(started) } }

  public struct DatasetReference: Codable, Equatable, Sendable {
    public var name: String
    /// As on the command line.
    public var path: String
    public var fingerprint: String
    /// The side that was fitted or evaluated on: `train`, `validation` or `test`.
    public var split: String
    public var rows: Int

    public init(name: String, path: String, fingerprint: String, split: String, rows: Int) {
      self.name = name
      self.path = path
      self.fingerprint = fingerprint
      self.split = split
      self.rows = rows
    }
  }

  public struct ModelReference: Codable, Equatable, Sendable {
    public var name: String
    /// nil until there is one.
    public var version: Int?
    public var path: String?
    /// SHA-256 of its manifest.
    public var hash: String?

    public init(name: String, version: Int? = nil, path: String? = nil, hash: String? = nil) {
      self.name = name
      self.version = version
      self.path = path
      self.hash = hash
    }

    /// A model in its folder `…/NAME/VERSION`.
    public init(_ artifact: ModelArtifact) {
      let parts = artifact.path.split(separator: "/").suffix(2)
      self.init(
        name: parts.first.map(String.init) ?? artifact.path, version: parts.last.flatMap { Int($0) },
        path: artifact.path, hash: artifact.hash)
    }
  }

  /// A file that the command wrote, beside the model.
  public struct Artifact: Codable, Equatable, Sendable {
    /// As on the command line; below the run's folder where it has no slash.
    public var path: String
    public var sha256: String

    public init(path: String, sha256: String) {
      self.path = path
      self.sha256 = sha256
    }
  }

  public struct MLflowReference: Codable, Equatable, Sendable {
    public var uri: String
    public var experimentID: String
    public var runID: String
    /// nil where no model was registered.
    public var registeredModel: String?
    public var modelVersion: String?

    enum CodingKeys: String, CodingKey {
      case uri
      case experimentID = "experiment_id"
      case runID = "run_id"
      case registeredModel = "registered_model"
      case modelVersion = "model_version"
    }
  }

  enum CodingKeys: String, CodingKey {
    case name, command, arguments, status, error, started, ended, git, dataset, model, parameters, metrics, artifacts
    case mlflow
    case formatVersion = "format_version"
    case toolVersion = "tool_version"
  }
}

extension RunRecord {
  /// The file's bytes: sorted keys, times in UTC to the millisecond.
  public func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .custom { date, encoder in
      var container = encoder.singleValueContainer()
      // The style cuts digits off: a tenth more keeps a millisecond that was read from moving at each writing.
      let milliseconds = (date.timeIntervalSince1970 * 1000).rounded() + 0.1
      try container.encode(Date(timeIntervalSince1970: milliseconds / 1000).formatted(Self.time))
    }
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// Reads what ``encoded()`` wrote.
  public init(decoding data: Data) throws {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .custom { decoder in
      let container = try decoder.singleValueContainer()
      let text = try container.decode(String.self)
      guard let date = try? Date(text, strategy: Self.time) else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "expected a time as 2026-01-31T12:00:00.000Z, found \"\(text)\"")
      }
      return date
    }
    self = try decoder.decode(RunRecord.self, from: data)
  }

  private static let time = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}
