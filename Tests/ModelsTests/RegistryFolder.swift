import Foundation
import Models

/// A registry in a fresh folder that is removed with the object: each test's suite holds one.
final class RegistryFolder: Sendable {
  let root: String
  var registry: ModelRegistry { ModelRegistry(root: root) }

  init() throws {
    root = FileManager.default.temporaryDirectory.appendingPathComponent("models-\(UUID().uuidString)").path
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func bytes(_ path: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(root)/\(path)")))
  }

  func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

  func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(root)/\(path)"))
  }

  /// Everything below the folder, hidden files too.
  func everything() throws -> [String] { try FileManager.default.subpathsOfDirectory(atPath: root).sorted() }
}

extension ModelRegistry.Draft {
  static let features = """
    version: 1
    features:
      - {name: "age", kind: age}
      - {name: "place", kind: position}

    """

  /// Two features, every file there is.
  static let tiny = ModelRegistry.Draft(
    model: LinearModel(features: ["age", "place"], coefficients: [0.1, -2.5e-7], intercept: -3),
    scaling: FeatureScaling(features: ["age", "place"], mean: [1.0 / 3, 0], scale: [2, 1e300]), featureSet: features,
    metrics: ["test": ["auc": MetricValue(value: 0.75, low: 0.5, high: 0.875), "ndcg@5": MetricValue(value: 1)]],
    card: "# Tiny\n\nFor tests.\n",
    dataset: ModelManifest.DatasetReference(name: "datasets/tiny", fingerprint: "ab12", rows: 42),
    parameters: ["l2": .number(1), "solver": .text("auto"), "tolerance": .number(1e-7), "tag": .text("1.5")], seed: .max
  )
}
