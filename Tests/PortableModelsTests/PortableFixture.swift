import Models
import TestSupport

/// A model of two features in a folder of its own; the names hold what quoting could get wrong.
struct PortableFixture {
  let folder: TemporaryFolder
  let artifact: ModelArtifact

  init() throws {
    folder = try TemporaryFolder()
    artifact = try ModelRegistry(root: folder.file("models")).add(
      .init(
        model: LinearModel(features: ["it's \"new\"", "place"], coefficients: [0.5, -2.5e-7], intercept: -3),
        scaling: FeatureScaling(features: ["it's \"new\"", "place"], mean: [1.0 / 3, 0], scale: [2, 1e300]),
        featureSet: """
          version: 1
          features:
            - {name: "it's \\"new\\"", kind: age}
            - {name: "place", kind: position}

          """, metrics: [:], card: "# Tiny\n", dataset: .init(name: "tiny", fingerprint: "ab12", rows: 42),
        parameters: [:], seed: 0), as: "tiny")
  }
}
