public import Features
internal import Files
internal import Foundation

/// A model as it lies in `models/NAME/VERSION`: read whole, every file checked against its hash before it is parsed.
public struct ModelArtifact: Sendable {
  public let path: String
  public let model: LinearModel
  public let scaling: FeatureScaling
  /// nil for a model of imported arrays.
  public let featureSet: FeatureSet?
  /// nil where log-odds are taken as they are.
  public let calibration: Calibration?
  public let metrics: ModelMetrics
  public let manifest: ModelManifest
  /// SHA-256 of `manifest.json`, which holds the hash of every other file.
  public let hash: String

  /// The last two parts of the path, as `ranker/7`.
  public var reference: String { path.split(separator: "/").suffix(2).joined(separator: "/") }

  static let requiredFiles = ["model.json", "scaler.json", "metrics.json", "MODEL_CARD.md"]
  static let featureSetFile = "features.yml"
  static let calibrationFile = "calibration.json"
  static let manifestFile = "manifest.json"

  /// - Throws: ``ModelError`` that names the file and what is wrong with it.
  public init(path: String) throws {
    let reader = ArtifactReader(path: path)
    let manifestData = try reader.data(Self.manifestFile)
    let manifest: ModelManifest = try reader.decode(manifestData, Self.manifestFile)
    guard manifest.formatVersion == ModelManifest.currentFormat else {
      throw ModelError.damaged(
        path: "\(path)/\(Self.manifestFile)",
        reason: "has format version \(manifest.formatVersion); this build reads \(ModelManifest.currentFormat)")
    }
    for name in Self.requiredFiles where manifest.files[name] == nil {
      throw ModelError.damaged(path: "\(path)/\(Self.manifestFile)", reason: "does not list \(name)")
    }
    var contents: [String: Data] = [:]
    for (name, expected) in manifest.files.sorted(by: { $0.key < $1.key }) {
      contents[name] = try reader.verified(name, sha256: expected)
    }
    self.path = path
    self.manifest = manifest
    hash = sha256(of: manifestData)
    model = try reader.decode(contents["model.json"], "model.json")
    scaling = try reader.decode(contents["scaler.json"], "scaler.json")
    metrics = try reader.decode(contents["metrics.json"], "metrics.json")
    featureSet = try contents[Self.featureSetFile].map {
      try FeatureSet(yaml: String(decoding: $0, as: UTF8.self), file: "\(path)/\(Self.featureSetFile)")
    }
    calibration = try contents[Self.calibrationFile].map { try reader.decode($0, Self.calibrationFile) }
    try checkShapes()
  }

  private func checkShapes() throws {
    if let fault = calibration?.fault {
      throw ModelError.damaged(path: "\(path)/\(Self.calibrationFile)", reason: fault)
    }
    let count = model.features.count
    if let columns = model.sparse { return try checkSparse(columns) }
    guard model.coefficients.count == count, scaling.features == model.features, scaling.mean.count == count,
      scaling.scale.count == count
    else {
      throw ModelError.damaged(path: path, reason: "model.json and scaler.json do not name the same features")
    }
    guard (model.coefficients + scaling.mean + scaling.scale + [model.intercept]).allSatisfy(\.isFinite),
      scaling.scale.allSatisfy({ $0 > 0 })
    else { throw ModelError.damaged(path: path, reason: "holds a number that is not finite, or a scale of 0") }
    if let errors = model.standardErrors {
      guard errors.coefficients.count == count,
        (errors.coefficients + [errors.intercept]).allSatisfy({ $0.isFinite && $0 >= 0 })
      else {
        throw ModelError.damaged(
          path: "\(path)/model.json", reason: "has standard_errors that are not one number of 0 or more a coefficient")
      }
    }
    if let featureSet, featureSet.columnNames != model.features {
      throw ModelError.damaged(path: path, reason: "features.yml does not make the features that model.json names")
    }
  }
}

extension ModelArtifact {
  /// Throws `ModelError.mismatch` with the first difference when the features are not the model's, in its order, or the
  /// columns of a sparse dataset not the model's.
  public func requireFeatures(
    _ names: [String], sparse columns: SparseColumns? = nil, of dataset: String
  ) throws(ModelError) {
    if columns != nil || model.sparse != nil { return try requireColumns(columns, of: dataset) }
    guard model.features != names else { return }
    let difference =
      if model.features.count != names.count {
        "\(model.features.count) against \(names.count)"
      } else {
        zip(model.features, names).enumerated().first { $1.0 != $1.1 }
          .map { "feature \($0) is \"\($1.0)\" against \"\($1.1)\"" } ?? ""
      }
    throw .mismatch("the model \(reference) has other features than the dataset \(dataset): \(difference)")
  }
}

private struct ArtifactReader {
  let path: String

  func data(_ name: String) throws(ModelError) -> Data {
    guard let data = FileManager.default.contents(atPath: "\(path)/\(name)") else {
      throw FileManager.default.fileExists(atPath: path)
        ? .damaged(path: "\(path)/\(name)", reason: "is missing; this is not a whole model artifact")
        : .missing("\(path): there is no such model; see `train models list`")
    }
    return data
  }

  func verified(_ name: String, sha256 expected: String) throws(ModelError) -> Data {
    guard !name.contains("/"), name != ".." else {
      throw .damaged(path: "\(path)/manifest.json", reason: "lists a file outside the artifact: \(name)")
    }
    let data = try data(name)
    let found = sha256(of: data)
    guard found == expected else {
      throw .damaged(
        path: "\(path)/\(name)",
        reason: "has SHA-256 \(found.prefix(12))…, but manifest.json says \(expected.prefix(12))…; restore or refit it")
    }
    return data
  }

  func decode<Value: Decodable>(_ data: Data?, _ name: String) throws(ModelError) -> Value {
    do {
      return try JSONDecoder().decode(Value.self, from: data ?? Data())
    } catch {
      throw .damaged(path: "\(path)/\(name)", reason: "is not what it should be: \(error)")
    }
  }
}
