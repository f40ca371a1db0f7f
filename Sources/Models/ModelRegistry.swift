internal import Files
public import Foundation

/// The folder `models`: artifacts by name and version, immutable once written.
public struct ModelRegistry: Sendable {
  public let root: String

  public init(root: String) { self.root = root }

  /// The names of the models, ascending.
  public func names() -> [String] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    return entries.filter { !versions(of: $0).isEmpty }.sorted()
  }

  /// The versions of a model, ascending.
  public func versions(of name: String) -> [Int] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(name)")) ?? []
    return entries.compactMap { name in Int(name).flatMap { $0 > 0 && "\($0)" == name ? $0 : nil } }.sorted()
  }

  /// The folder of a model: `NAME/VERSION`, or `NAME` for the newest version.
  public func path(of reference: String) throws(ModelError) -> String {
    let parts = reference.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (1...2).contains(parts.count), !parts.contains(where: { $0.isEmpty || $0.hasPrefix(".") }) else {
      throw .missing("\"\(reference)\" is not a model; expected NAME/VERSION or NAME")
    }
    if parts.count == 2 { return "\(root)/\(parts[0])/\(parts[1])" }
    guard let newest = versions(of: parts[0]).last else {
      throw .missing("\(root): holds no version of \"\(parts[0])\"; make one with `train fit`")
    }
    return "\(root)/\(parts[0])/\(newest)"
  }

  public func load(_ reference: String) throws -> ModelArtifact { try ModelArtifact(path: path(of: reference)) }

  /// Everything that a new version holds.
  public struct Draft: Sendable {
    public var model: LinearModel
    public var scaling: FeatureScaling
    /// The text of `features.yml`.
    public var featureSet: String?
    public var calibration: Calibration?
    public var metrics: ModelMetrics
    /// The text of `MODEL_CARD.md`.
    public var card: String
    public var dataset: ModelManifest.DatasetReference
    public var parameters: [String: ModelManifest.Parameter]
    public var seed: UInt64
    /// Whatever else belongs to the version, by the name of its file.
    public var otherFiles: [String: Data]

    public init(
      model: LinearModel, scaling: FeatureScaling, featureSet: String?, calibration: Calibration? = nil,
      metrics: ModelMetrics, card: String, dataset: ModelManifest.DatasetReference,
      parameters: [String: ModelManifest.Parameter], seed: UInt64, otherFiles: [String: Data] = [:]
    ) {
      self.model = model
      self.scaling = scaling
      self.featureSet = featureSet
      self.calibration = calibration
      self.metrics = metrics
      self.card = card
      self.dataset = dataset
      self.parameters = parameters
      self.seed = seed
      self.otherFiles = otherFiles
    }
  }

  /// Writes the next version and returns it; two writers at once get two versions.
  public func add(_ draft: Draft, as name: String) throws -> ModelArtifact {
    guard !name.isEmpty, !name.hasPrefix("."), !name.contains("/") else {
      throw ModelError.mismatch("\"\(name)\" cannot be a model's name; expected a word without \"/\"")
    }
    var version = (versions(of: name).last ?? 0) + 1
    while true {
      let path = "\(root)/\(name)/\(version)"
      do {
        try writeDirectoryAtomically(at: path) { folder in
          try write(draft, to: folder)
          _ = try ModelArtifact(path: folder)  // What cannot be read is not published.
        }
        return try ModelArtifact(path: path)
      } catch let error as FileError
        where error.operation == "publish" && FileManager.default.fileExists(atPath: path)
      {
        version += 1
      }
    }
  }

  private func write(_ draft: Draft, to folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // A line for each of a million columns would be for nobody to read.
    if draft.model.sparse != nil { encoder.outputFormatting.remove(.prettyPrinted) }
    var files = draft.otherFiles
    files["model.json"] = try encoder.encode(draft.model)
    files["scaler.json"] = try encoder.encode(draft.scaling)
    files["metrics.json"] = try encoder.encode(draft.metrics)
    files["MODEL_CARD.md"] = Data(draft.card.utf8)
    if let featureSet = draft.featureSet { files[ModelArtifact.featureSetFile] = Data(featureSet.utf8) }
    if let calibration = draft.calibration { files[ModelArtifact.calibrationFile] = try encoder.encode(calibration) }
    let manifest = ModelManifest(
      files: files.mapValues { sha256(of: $0) }, dataset: draft.dataset, parameters: draft.parameters, seed: draft.seed,
      toolVersion: toolVersion)
    files[ModelArtifact.manifestFile] = try encoder.encode(manifest)
    for (name, data) in files { try data.write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
  }
}

/// The version of `train` and `serve`.
public let toolVersion = "0.1.0"
