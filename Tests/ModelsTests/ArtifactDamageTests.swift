import Files
import Foundation
import Models
import Testing

@Suite("Damaged models")
struct ArtifactDamageTests {
  let folder: RegistryFolder

  init() throws {
    folder = try RegistryFolder()
    _ = try folder.registry.add(.tiny, as: "tiny")
  }

  static let listed = ["model.json", "scaler.json", "features.yml", "metrics.json", "MODEL_CARD.md"]

  /// The error of loading, which must be of a damaged artifact and name the file.
  private func damage(_ name: String) -> ModelError? {
    do {
      _ = try folder.registry.load("tiny/1")
      return nil
    } catch let error as ModelError {
      if case .damaged(let path, _) = error, path == "\(folder.root)/tiny/1/\(name)" { return error }
      Issue.record("\(error) does not name \(name)")
      return error
    } catch {
      Issue.record(error)
      return nil
    }
  }

  @Test("A flipped bit of any byte", arguments: listed)
  func flippedBytes(_ name: String) throws {
    let bytes = try folder.bytes("tiny/1/\(name)")
    for index in bytes.indices {
      var flipped = bytes
      flipped[index] ^= 1 << UInt8(index % 8)
      try folder.write(flipped, to: "tiny/1/\(name)")
      #expect(damage(name) != nil, "byte \(index)")
    }
    try folder.write(bytes, to: "tiny/1/\(name)")
    #expect(damage(name) == nil)
  }

  @Test("Cut short, longer, empty or away", arguments: listed)
  func length(_ name: String) throws {
    let bytes = try folder.bytes("tiny/1/\(name)")
    for damaged in [Array(bytes.dropLast()), Array(bytes.prefix(bytes.count / 2)), [], bytes + [0x0A]] {
      try folder.write(damaged, to: "tiny/1/\(name)")
      let error = try #require(damage(name))
      #expect("\(error)".contains("has SHA-256 \(sha256(of: damaged).prefix(12))…, but manifest.json says"))
    }
    try FileManager.default.removeItem(atPath: "\(folder.root)/tiny/1/\(name)")
    #expect(
      damage(name)
        == .damaged(
          path: "\(folder.root)/tiny/1/\(name)", reason: "is missing; this is not a whole model artifact"))
  }

  @Test("A flipped bit of the manifest is found, or changes the model's hash and nothing that scores")
  func flippedManifest() throws {
    let whole = try folder.registry.load("tiny/1")
    let bytes = try folder.bytes("tiny/1/manifest.json")
    var found = 0
    for index in stride(from: 0, to: bytes.count, by: 3) {
      var flipped = bytes
      flipped[index] ^= 1 << UInt8(index % 8)
      try folder.write(flipped, to: "tiny/1/manifest.json")
      do {
        let artifact = try folder.registry.load("tiny/1")
        #expect(artifact.hash != whole.hash)
        #expect(artifact.model == whole.model && artifact.scaling == whole.scaling)
        #expect(artifact.featureSet == whole.featureSet && artifact.manifest.files == whole.manifest.files)
      } catch is ModelError {
        found += 1
      }
    }
    #expect(found > bytes.count / 6)
  }

  @Test("A manifest cut anywhere, or away")
  func cutManifest() throws {
    let bytes = try folder.bytes("tiny/1/manifest.json")
    for count in stride(from: 0, to: bytes.count, by: 7) {
      try folder.write(bytes[..<count], to: "tiny/1/manifest.json")
      #expect(damage("manifest.json") != nil, "\(count) bytes")
    }
    try FileManager.default.removeItem(atPath: "\(folder.root)/tiny/1/manifest.json")
    #expect(damage("manifest.json") != nil)
  }

  /// Lists another file in the manifest, or one less.
  private func relist(_ change: (inout [String: Any]) -> Void) throws {
    var manifest = try #require(
      try JSONSerialization.jsonObject(with: Data(folder.bytes("tiny/1/manifest.json"))) as? [String: Any])
    var files = try #require(manifest["files"] as? [String: Any])
    change(&files)
    manifest["files"] = files
    try folder.write(JSONSerialization.data(withJSONObject: manifest), to: "tiny/1/manifest.json")
  }

  @Test(
    "A manifest that reaches out of the folder", arguments: ["../secret", "..", "/etc/hostname", "a/b", "./model.json"])
  func outside(_ name: String) throws {
    try folder.write("secret".utf8, to: "secret")
    try folder.write("secret".utf8, to: "tiny/secret")
    try relist { $0[name] = sha256(of: "secret".utf8) }
    let reason = "lists a file outside the artifact: \(name)"
    #expect(damage("manifest.json") == .damaged(path: "\(folder.root)/tiny/1/manifest.json", reason: reason))
  }

  @Test("A manifest that leaves out a file that every model has", arguments: listed.filter { $0 != "features.yml" })
  func unlisted(_ name: String) throws {
    try relist { $0[name] = nil }
    let reason = "does not list \(name)"
    #expect(damage("manifest.json") == .damaged(path: "\(folder.root)/tiny/1/manifest.json", reason: reason))
  }

  @Test("A manifest that lists the folder or a file that is not there", arguments: [".", "more.bin"])
  func notThere(_ name: String) throws {
    try relist { $0[name] = sha256(of: "".utf8) }
    #expect(throws: ModelError.self) { try folder.registry.load("tiny/1") }
  }

  @Test("Files that are whole but do not fit together")
  func mismatches() throws {
    let changes: [(String, (inout ModelRegistry.Draft) -> Void)] = [
      ("name the same features", { $0.model.features = ["age", "rank"] }),
      ("name the same features", { $0.scaling.features = ["place", "age"] }),
      ("name the same features", { $0.model.coefficients = [1] }),
      ("name the same features", { $0.scaling.mean = [0, 0, 0] }),
      ("name the same features", { $0.scaling.scale = [] }),
      ("a scale of 0", { $0.scaling.scale = [1, 0] }),
      ("a scale of 0", { $0.scaling.scale = [1, -1] }),
      (
        "features.yml does not make the features",
        { $0.featureSet = "version: 1\nfeatures: [{name: age, kind: age}]\n" }
      ),
    ]
    for (reason, change) in changes {
      var draft = ModelRegistry.Draft.tiny
      change(&draft)
      let error = try #require(throws: ModelError.self) { try folder.registry.add(draft, as: "other") }
      #expect("\(error)".contains(reason), "\(error)")
    }
    #expect(folder.registry.versions(of: "other") == [], "what cannot be read is not published")
  }
}
