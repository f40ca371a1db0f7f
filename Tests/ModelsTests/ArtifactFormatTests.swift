import Models
import Testing

/// The bytes of format version 1: what is on disk must be read for ever, and the same model must give the same bytes.
@Suite("Bytes of a model's files")
struct ArtifactFormatTests {
  let folder: RegistryFolder

  init() throws {
    folder = try RegistryFolder()
    _ = try folder.registry.add(.tiny, as: "tiny")
  }

  static let model = """
    {
      "coefficients" : [
        0.1,
        -2.5e-07
      ],
      "features" : [
        "age",
        "place"
      ],
      "intercept" : -3
    }
    """

  static let scaler = """
    {
      "features" : [
        "age",
        "place"
      ],
      "mean" : [
        0.3333333333333333,
        0
      ],
      "scale" : [
        2,
        1e+300
      ]
    }
    """

  static let metrics = """
    {
      "test" : {
        "auc" : {
          "high" : 0.875,
          "low" : 0.5,
          "value" : 0.75
        },
        "ndcg@5" : {
          "value" : 1
        }
      }
    }
    """

  /// The hashes are `printf '%s' TEXT | sha256sum` of the texts above and of the draft's card and feature set.
  static let manifest = """
    {
      "dataset" : {
        "fingerprint" : "ab12",
        "name" : "datasets/tiny",
        "rows" : 42
      },
      "files" : {
        "MODEL_CARD.md" : "e71a119ce51a2801f7962c228856f459d84fdb1ff5b551358b4677c1bf3fe7f6",
        "features.yml" : "a87ba4948d0c8dc29f35e64389afd5184c003905adaf517f0a3d38a82f076c64",
        "metrics.json" : "55d6cf9933abb6f2755798e9d78005cea78c32d51114adf67dfda0cb4fdefb46",
        "model.json" : "a5a45d01bd2ec4a5f48443ab1ba7d4101ba38527991d5a4bb12b0c26d39fbf4d",
        "scaler.json" : "232788972b89b70ff8fb879d41ac7899f48107353f77ac229344ccc9af4a9592"
      },
      "format_version" : 1,
      "parameters" : {
        "l2" : 1,
        "solver" : "auto",
        "tag" : "1.5",
        "tolerance" : 1e-07
      },
      "seed" : 18446744073709551615,
      "tool_version" : "\(toolVersion)"
    }
    """

  @Test("Every file byte by byte")
  func golden() throws {
    #expect(try folder.text("tiny/1/model.json") == Self.model)
    #expect(try folder.text("tiny/1/scaler.json") == Self.scaler)
    #expect(try folder.text("tiny/1/metrics.json") == Self.metrics)
    #expect(try folder.text("tiny/1/MODEL_CARD.md") == "# Tiny\n\nFor tests.\n")
    #expect(try folder.text("tiny/1/features.yml") == ModelRegistry.Draft.features)
    #expect(try folder.text("tiny/1/manifest.json") == Self.manifest)
  }

  @Test("The same draft gives the same bytes")
  func deterministic() throws {
    let first = try folder.registry.load("tiny/1")
    #expect(try folder.registry.add(.tiny, as: "tiny").hash == first.hash)
  }

  @Test("A later format version is refused by name")
  func laterFormat() throws {
    let later = try folder.text("tiny/1/manifest.json").replacing(
      "\"format_version\" : 1", with: "\"format_version\" : 2")
    try folder.write(later.utf8, to: "tiny/1/manifest.json")
    let reason = "has format version 2; this build reads 1"
    #expect(throws: ModelError.damaged(path: "\(folder.root)/tiny/1/manifest.json", reason: reason)) {
      try folder.registry.load("tiny/1")
    }
  }
}
