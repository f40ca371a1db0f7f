internal import Files
internal import Foundation
internal import Glibc

/// A run as it lies in `experiments/runs/NAME`: `run.json`, `metrics.jsonl` and the files that belong to it alone.
public struct RunFolder: Sendable {
  public let path: String
  public var record: RunRecord

  static let recordFile = "run.json"
  static let stepsFile = "metrics.jsonl"

  /// - Throws: ``TrackingError`` that names the file and what is wrong with it.
  public init(path: String) throws {
    let file = "\(path)/\(Self.recordFile)"
    guard let data = FileManager.default.contents(atPath: file) else {
      throw TrackingError.run(path: path, reason: "is not a run: it has no run.json; see `train runs list`")
    }
    do {
      record = try RunRecord(decoding: data)
    } catch {
      throw TrackingError.run(path: file, reason: "is not the record of a run: \(error)")
    }
    guard record.formatVersion == RunRecord.currentFormat else {
      throw TrackingError.run(
        path: file,
        reason: "has format version \(record.formatVersion); this build reads \(RunRecord.currentFormat)")
    }
    self.path = path
  }

  /// What was recorded at each step, in order.
  public func steps() throws -> [RunStep] {
    let file = "\(path)/\(Self.stepsFile)"
    return try RunStep.parse(FileManager.default.contents(atPath: file) ?? Data(), path: file)
  }

  /// Whether the command that it speaks of was killed: it says `running`, but nobody holds the lock on its steps.
  public var isInterrupted: Bool {
    guard record.status == .running else { return false }
    let descriptor = open("\(path)/\(Self.stepsFile)", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return true }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) == 0
  }

  /// The path of a file that the run lists.
  public func path(of artifact: RunRecord.Artifact) -> String {
    artifact.path.contains("/") ? artifact.path : "\(path)/\(artifact.path)"
  }

  /// Replaces `run.json` by the record as it is now.
  public func save() throws { try writeFileAtomically(record.encoded(), to: "\(path)/\(Self.recordFile)") }
}

/// The folder `experiments/runs`.
public struct RunStore: Sendable {
  public let root: String

  public init(root: String) { self.root = root }

  /// The names of the runs, the oldest first: a name begins with the time at which its run did.
  public func names() -> [String] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    return entries.filter { FileManager.default.fileExists(atPath: "\(root)/\($0)/\(RunFolder.recordFile)") }.sorted()
  }

  /// A run by its folder, its name, or any part of its name that no other run's has.
  public func run(_ reference: String) throws -> RunFolder {
    let manager = FileManager.default
    if reference.contains("/"), manager.fileExists(atPath: reference) { return try RunFolder(path: reference) }
    let names = names()
    if names.contains(reference) { return try RunFolder(path: "\(root)/\(reference)") }
    let matches = names.filter { $0.contains(reference) }
    guard matches.count < 2 else {
      throw TrackingError.run(
        path: root,
        reason:
          "\"\(reference)\" is in the names of \(matches.count) runs: \(matches.prefix(3).joined(separator: ", "))"
          + (matches.count > 3 ? ", …" : ""))
    }
    guard let match = matches.first else {
      throw TrackingError.run(path: root, reason: "holds no run \"\(reference)\"; see `train runs list --runs \(root)`")
    }
    return try RunFolder(path: "\(root)/\(match)")
  }
}
