internal import Files
public import Foundation
internal import Glibc
public import Models

/// Writes a run while its command works.
///
/// `run.json` is there from the beginning with the status `running`, and is replaced in one step at the end. Steps are
/// appended to `metrics.jsonl`, a line in a single write, under a lock that the kernel lifts when the process ends, so
/// that a killed run can be told from one at work. Nothing is synced to disk while the command works: recording costs
/// microseconds a step.
public final class RunRecorder {
  public private(set) var folder: RunFolder
  private let steps: Int32
  private var stepCount = 0
  private let clock = ContinuousClock.now
  private let git: GitQuery?

  public var path: String { folder.path }

  /// Makes the folder `root/NAME`, NAME being made of the time, the command, the model and six random digits.
  ///
  /// - Throws: ``FileError`` when the folder cannot be written.
  public init(
    root: String, command: String, arguments: [String], dataset: RunRecord.DatasetReference,
    model: RunRecord.ModelReference, parameters: [String: ModelManifest.Parameter]
  ) throws {
    let now = Date()
    let path = try Self.makeFolder(in: root, at: now, suffix: "\(command)-\(model.name.replacing("/", with: "-"))")
    let record = RunRecord(
      name: URL(fileURLWithPath: path).lastPathComponent, command: command, arguments: arguments, started: now,
      toolVersion: toolVersion, dataset: dataset, model: model, parameters: parameters)
    try record.encoded().write(to: URL(fileURLWithPath: "\(path)/\(RunFolder.recordFile)"))
    folder = try RunFolder(path: path)
    let file = "\(path)/\(RunFolder.stepsFile)"
    steps = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard steps >= 0 else {
      throw FileError(path: file, operation: "open", reason: String(cString: strerror(errno)))
    }
    _ = flock(steps, LOCK_EX | LOCK_NB)  // Where a file system has no locks, a run at work passes for interrupted.
    git = GitQuery()
  }

  deinit { close(steps) }

  private static func makeFolder(in root: String, at time: Date, suffix: String) throws -> String {
    try makeDirectory(at: root)
    let style = Date.ISO8601FormatStyle(
      dateSeparator: .omitted, timeSeparator: .omitted, includingFractionalSeconds: true)
    let stamp = time.formatted(style).replacing(".", with: "")
    while true {
      let digits = UUID().uuidString.lowercased().prefix(6)
      let path = "\(root)/\(stamp)-\(suffix)-\(digits)"
      if mkdir(path, 0o755) == 0 { return path }
      guard errno == EEXIST else {
        throw FileError(path: path, operation: "create folder", reason: String(cString: strerror(errno)))
      }
    }
  }

  /// Records where the work stands. A step that cannot be written is left out: the work matters more.
  public func step(_ values: [String: Double]) {
    let step = RunStep(step: stepCount, seconds: (ContinuousClock.now - clock) / .seconds(1), values: values)
    stepCount += 1
    let line = step.line + [UInt8(ascii: "\n")]
    _ = line.withUnsafeBytes { write(steps, $0.baseAddress, $0.count) }
  }

  /// Records more parameters, those that are known only after the work.
  public func set(_ parameters: [String: ModelManifest.Parameter]) {
    folder.record.parameters.merge(parameters) { $1 }
  }

  /// Records final figures.
  public func set(_ metrics: [String: MetricValue]) { folder.record.metrics.merge(metrics) { $1 } }

  /// Records the model that was made.
  public func set(_ artifact: ModelArtifact) { folder.record.model = RunRecord.ModelReference(artifact) }

  /// Records a file that the command wrote elsewhere.
  public func add(file path: String) throws {
    let listed = path.contains("/") ? path : "./\(path)"
    folder.record.artifacts.append(.init(path: listed, sha256: try sha256(ofFile: path)))
  }

  /// Writes a file into the run's folder and records it.
  public func add(_ contents: some DataProtocol, as name: String) throws {
    let data = Data(contents)
    try data.write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
    folder.record.artifacts.append(.init(path: name, sha256: sha256(of: data)))
  }

  /// Ends the run; failed where there is an error.
  public func finish(error: String? = nil) throws {
    folder.record.ended = Date()
    folder.record.status = error == nil ? .done : .failed
    folder.record.error = error
    folder.record.git = git?.answer()
    try folder.save()
  }
}
