import Foundation
import Testing

/// Runs the real `train` in a temporary folder that goes with its last owner.
final class TrainBinary {
  struct Result {
    let code: Int32
    let output: String
    let errors: String

    /// The one JSON object on standard output.
    func json() throws -> [String: Any] {
      try #require(JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any], "\(output)\(errors)")
    }
  }

  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("train-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Runs `train` with the words of `command`.
  func callAsFunction(_ command: String) throws -> Result {
    let process = Process()
    process.executableURL = Bundle.main.bundleURL.appendingPathComponent("train")
    process.arguments = command.split(whereSeparator: \.isWhitespace).map(String.init)
    process.currentDirectoryURL = folder
    let files = ["out", "err"].map { folder.appendingPathComponent(".\($0)-\(UUID().uuidString)") }
    for file in files { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    try process.run()
    process.waitUntilExit()
    let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    for file in files { try FileManager.default.removeItem(at: file) }
    return Result(code: process.terminationStatus, output: texts[0], errors: texts[1])
  }

  /// Runs `train` and expects it to do its work.
  @discardableResult
  func succeed(_ command: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Result {
    let result = try self(command)
    try #require(result.code == 0, "train \(command)\n\(result.errors)", sourceLocation: sourceLocation)
    return result
  }

  /// Runs `train` and expects it to fail with that code and words on standard error, and nothing on standard output.
  func fail(
    _ command: String, code: Int32 = 1, saying words: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try self(command)
    #expect(result.code == code, "train \(command)\n\(result.errors)", sourceLocation: sourceLocation)
    #expect(result.output == "", sourceLocation: sourceLocation)
    for word in words { #expect(result.errors.contains(word), "\(result.errors)", sourceLocation: sourceLocation) }
  }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  func data(_ name: String) throws -> Data { try Data(contentsOf: folder.appendingPathComponent(name)) }

  func write(_ data: Data, to name: String) throws { try data.write(to: folder.appendingPathComponent(name)) }

  /// The names in a folder, hidden ones too.
  func contents(_ name: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(name)).sorted()
  }

  /// A small log, its dataset and one fitted model.
  static func withModel() throws -> TrainBinary {
    let train = try TrainBinary()
    try train.succeed("synth --users 60 --propositions 40 --requests 1200 --days 5 --seed 3 --out log --quiet")
    try train.succeed(
      "dataset build --events log/events.jsonl --propositions log/propositions.jsonl --out data --quiet")
    try train.succeed("fit --dataset data --quiet --no-run")
    return train
  }
}
