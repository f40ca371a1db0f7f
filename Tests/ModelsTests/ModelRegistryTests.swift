import Features
import Foundation
import Models
import Synchronization
import TestSupport
import Testing

@Suite("Model registry")
struct ModelRegistryTests {
  let folder: RegistryFolder
  var registry: ModelRegistry { folder.registry }

  init() throws { folder = try RegistryFolder() }

  @Test("Versions count up from 1, for each name by itself; nothing else is left behind")
  func versions() throws {
    #expect(registry.names() == [] && registry.versions(of: "ranker") == [])
    for version in 1...11 { #expect(try registry.add(.tiny, as: "ranker").reference == "ranker/\(version)") }
    #expect(try registry.add(.tiny, as: "other").reference == "other/1")
    #expect(registry.versions(of: "ranker") == Array(1...11), "by number, not by text")
    #expect(registry.names() == ["other", "ranker"])
    #expect(try registry.load("ranker").reference == "ranker/11")
    #expect(try registry.load("ranker/2").reference == "ranker/2")
    #expect(try folder.everything().count == 2 + 12 * 7, "two names, twelve folders of six files")
  }

  @Test("What was written is what is loaded")
  func roundTrip() throws {
    let draft = ModelRegistry.Draft.tiny
    let added = try registry.add(draft, as: "tiny")
    let loaded = try ModelArtifact(path: folder.root + "/tiny/1")
    for artifact in [added, loaded] {
      #expect(artifact.path == folder.root + "/tiny/1")
      #expect(artifact.model == draft.model && artifact.scaling == draft.scaling && artifact.metrics == draft.metrics)
      #expect(try artifact.featureSet == FeatureSet(yaml: ModelRegistry.Draft.features, file: "f.yml"))
      #expect(artifact.manifest.dataset == draft.dataset && artifact.manifest.parameters == draft.parameters)
      #expect(artifact.manifest.seed == .max && artifact.manifest.toolVersion == toolVersion)
      #expect(artifact.manifest.formatVersion == 1)
    }
    #expect(added.hash == loaded.hash && loaded.hash.count == 64)
  }

  @Test("A model of imported arrays has no feature set")
  func withoutFeatureSet() throws {
    var draft = ModelRegistry.Draft.tiny
    draft.featureSet = nil
    #expect(try registry.add(draft, as: "arrays").featureSet == nil)
    #expect(try !folder.everything().contains("arrays/1/features.yml"))
  }

  @Test("Coefficients of any magnitude come back bit by bit")
  func fullPrecision() throws {
    var generator = SeededGenerator(seed: 51)
    func numbers() -> [Double] {
      let drawn = (0..<500).map { _ in Double(bitPattern: generator.next()) }
      return drawn.filter(\.isFinite).prefix(400) + [-0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
    }
    var draft = ModelRegistry.Draft.tiny
    let coefficients = numbers()
    let names = coefficients.indices.map { "f\($0)" }
    draft.featureSet = nil
    draft.model = LinearModel(features: names, coefficients: coefficients, intercept: 0.1 + 0.2)
    draft.scaling = FeatureScaling(features: names, mean: numbers(), scale: numbers().map { $0 == 0 ? 1 : abs($0) })
    let loaded = try registry.add(draft, as: "wide")
    #expect(loaded.model.coefficients.map(\.bitPattern) == draft.model.coefficients.map(\.bitPattern))
    #expect(loaded.model.intercept == draft.model.intercept)
    #expect(loaded.scaling.mean.map(\.bitPattern) == draft.scaling.mean.map(\.bitPattern))
    #expect(loaded.scaling.scale == draft.scaling.scale)
  }

  @Test("Writers at once get versions of their own, each whole")
  func concurrentAdds() throws {
    let references = Mutex<[String: Bool]>([:])  // by version, whether it is its writer's own
    try inThreads(6) { [registry] writer in
      for _ in 0..<3 {
        var draft = ModelRegistry.Draft.tiny
        draft.seed = UInt64(writer)
        let artifact = try registry.add(draft, as: "ranker")
        references.withLock { $0[artifact.reference] = artifact.manifest.seed == draft.seed }
      }
    }
    #expect(references.withLock { $0 } == Dictionary(uniqueKeysWithValues: (1...18).map { ("ranker/\($0)", true) }))
    #expect(registry.versions(of: "ranker") == Array(1...18))
    for version in 1...18 { #expect(throws: Never.self) { try registry.load("ranker/\(version)") } }
    #expect(try folder.everything().count == 1 + 18 * 7)
  }

  @Test("What is no version is passed over")
  func foreignEntries() throws {
    _ = try registry.add(.tiny, as: "ranker")
    for name in ["007", "+8", "0", "-1", "9x", "aliases.json", ".10", "11.tmp"] {
      try folder.write("".utf8, to: "ranker/\(name)")
    }
    try FileManager.default.createDirectory(atPath: folder.root + "/empty", withIntermediateDirectories: false)
    #expect(registry.versions(of: "ranker") == [1])
    #expect(registry.names() == ["ranker"])
    #expect(try registry.add(.tiny, as: "ranker").reference == "ranker/2")
  }

  @Test(
    "References that are no model's, or none that is there",
    arguments: [
      "", "/", "../x", "x/..", "..", ".", "a/b/c", "a/", "/a", "a//b", ".hidden", "a/.1.tmp", "/etc/passwd",
      "a/../../b",
    ])
  func badReferences(_ reference: String) throws {
    let message = ModelError.missing("\"\(reference)\" is not a model; expected NAME/VERSION or NAME")
    #expect(throws: message) { try registry.path(of: reference) }
    #expect(throws: message) { try registry.load(reference) }
  }

  @Test("A good reference is a path; a version that is not there says so")
  func paths() throws {
    #expect(try registry.path(of: "ranker/7") == folder.root + "/ranker/7")
    #expect(throws: ModelError.missing("\(folder.root): holds no version of \"ranker\"; make one with `train fit`")) {
      try registry.path(of: "ranker")
    }
    let missing = ModelError.missing("\(folder.root)/ranker/7: there is no such model; see `train models list`")
    #expect(throws: missing) { try registry.load("ranker/7") }
  }

  @Test("Names that cannot be a model's", arguments: ["", ".", "..", ".x", "a/b", "/", "../x"])
  func badNames(_ name: String) throws {
    #expect(throws: ModelError.mismatch("\"\(name)\" cannot be a model's name; expected a word without \"/\"")) {
      try registry.add(.tiny, as: name)
    }
    #expect(!FileManager.default.fileExists(atPath: folder.root))
  }

  @Test("A number that JSON cannot hold leaves no version")
  func notFinite() throws {
    var draft = ModelRegistry.Draft.tiny
    draft.model.intercept = .nan
    #expect(throws: (any Error).self) { try registry.add(draft, as: "ranker") }
    #expect(try folder.everything() == ["ranker"])
  }

  @Test("A registry that cannot be written is an error, not a loop")
  func unwritable() throws {
    try Data().write(to: URL(fileURLWithPath: folder.root))
    #expect(throws: (any Error).self) { try registry.add(.tiny, as: "ranker") }
  }
}
